"""Looks at the pages of jobs and of what their runs logged in a real browser, where the script matters.

    job_pages.py DAYBOOK [FOLDER FOR PICTURES]

A log is searched from match to match, its tail followed and its lines copied; times in sentences and in fields are in
the viewer's zone; buttons go along with a job that changes elsewhere, and what somebody types stays; jobs that come
to an empty list can be chosen.
"""

import json
import shutil
import sys

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from store import Store


def post(store, base, path, body):
    status, text = store.ask(base, "POST", path, body)
    if status >= 300:
        raise SystemExit(f"{path}: {status} {text}")
    return json.loads(text)


def claim(store, base):
    store.enqueue("talker", "--queue", "talk")
    found = post(store, base, "/api/v1/claims", {"queues": ["talk"], "lease": "600s"})["claims"][0]
    return found["job"], found["token"]


def say(store, base, token, first, count):
    for start in range(first, first + count, 200):
        lines = [{"level": "info", "text": f"line {n} of many"} for n in range(start, min(start + 200, first + count))]
        post(store, base, f"/api/v1/claims/{token}/log", {"lines": lines})


def log(browser, store, base, problems):
    job, token = claim(store, base)
    say(store, base, token, 0, 3_000)
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/jobs/{job}/log?find=line+299")
    page.get_by_text("line 2999 of many").wait_for(timeout=20_000)
    page.get_by_role("button", name="Previous match").click()
    current = page.locator(".hit.current")
    if "line 2999" not in current.inner_text() or not current.locator("mark").is_visible():
        problems.append("the newest match is not the first that is gone to")
    page.get_by_role("button", name="Previous match").click()
    if "line 2998" not in page.locator(".hit.current").inner_text():
        problems.append("the match before is not gone to")
    page.get_by_role("button", name="Next match").click()
    if "line 2999" not in page.locator(".hit.current").inner_text():
        problems.append("the match behind is not gone to")
    page.get_by_role("link", name="Next older match").click()
    page.wait_for_url("**before=*")
    if "line 299 " not in page.locator("li mark").last.locator("xpath=../..").inner_text():
        problems.append("the next older match is not on the page that it leads to")

    page.goto(f"{base}/jobs/{job}/log?find=line+17+")
    page.get_by_role("button", name="Previous match").click()
    page.wait_for_url("**before=*")
    if "line 17 " not in page.locator(".hit.current").inner_text():
        problems.append("the button does not lead to a match that is on another page")

    page.goto(f"{base}/jobs/{job}/log")
    page.locator("ol.log li").nth(499).wait_for()
    page.get_by_label("Follow the tail").check()
    say(store, base, token, 3_000, 50)
    try:
        page.get_by_text("line 3049 of many").wait_for(timeout=20_000)
        page.wait_for_function("innerHeight + scrollY >= document.documentElement.scrollHeight - 5", timeout=5_000)
    except Exception as error:  # noqa: BLE001: whatever it is, the tail is not followed
        problems.append(f"the tail is not followed: {error}")
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.get_by_role("button", name="Copy these lines").click()
    copied = page.evaluate("window.copied") or ""
    if len(copied.splitlines()) != 500 or not copied.splitlines()[-1].endswith("info line 3049 of many"):
        problems.append(f"the lines are not copied: {copied[-80:]}")
    with page.expect_download() as found:
        page.get_by_role("link", name="Download all of it").click()
    with open(found.value.path(), encoding="utf-8") as file:
        if [line.split("line ")[-1] for line in file] != [f"{n} of many\n" for n in range(3_050)]:
            problems.append("the file has not every line")
    context.close()

    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/jobs/{job}/log?find=line+304")
    page.get_by_role("link", name="Next match").first.click()
    if "#line-" not in page.url:
        problems.append("without script no link leads to the next match")
    context.close()
    return job


def zones(browser, store, base, problems):
    """In a zone that is five and a half hours from UTC, and without script in UTC."""
    for script, due in [(True, "2199-01-01T04:30:00Z"), (False, "2199-01-01T10:00:00Z")]:
        job = store.enqueue("mail.send", "--queue", "zone")
        context = browser.new_context(timezone_id="Asia/Kolkata", locale="en-GB", java_script_enabled=script)
        page = context.new_page()
        page.goto(f"{base}/jobs/{job}")
        label = "Due" if script else "Due, in UTC"
        page.get_by_label(label, exact=True).fill("2199-01-01T10:00:00")
        page.get_by_role("button", name="Reschedule").click()
        page.wait_for_url("**done=1*")
        told = json.loads(store.ask(base, "GET", f"/api/v1/jobs/{job}")[1])["due"]
        if told[:19] != due[:19]:
            problems.append(f"10:00 is taken as {told}, script {script}")
        if script and "10:00:00" not in page.locator(".why").inner_text():
            problems.append(f"a sentence is not in the viewer's zone: {page.locator('.why').inner_text()}")
        page.goto(f"{base}/jobs?queue=zone&createdFrom=2020-01-01T00:00:00Z")
        shown = page.locator("input[type=datetime-local][name=createdFrom]").input_value()
        if not shown.startswith("2020-01-01T05:30" if script else "2020-01-01T00:00"):
            problems.append(f"a filter's time is shown as {shown}, script {script}")
        page.get_by_role("button", name="Filter").click()
        page.wait_for_url("**createdFrom=2020-01-01T00**")
        context.close()


def live(browser, store, base, problems):
    job = store.enqueue("mail.send", "--queue", "zone")
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/jobs/{job}")
    page.get_by_label("Reason: Delete").fill("half a reas")
    page.locator("h1").click()
    store.run("jobs", "reschedule", job, "--at", "2199-01-01T10:00:00Z")
    try:
        page.locator(".standing").get_by_text("Scheduled").wait_for(timeout=20_000)
        if page.get_by_label("Reason: Delete").input_value() != "half a reas":
            problems.append("what was typed is gone when the page goes along")
        page.get_by_label("Reason: Delete").fill("")
        page.locator("h1").click()
        store.run("jobs", "cancel", job)
        page.get_by_role("button", name="Run again").wait_for(timeout=20_000)
        if page.get_by_role("button", name="Cancel").count():
            problems.append("a job that was cancelled can be cancelled")
    except Exception as error:  # noqa: BLE001: whatever it is, the buttons do not go along
        problems.append(f"a job's page does not go along: {error}")
    context.close()


def look(browser, base, pages, problems, pictures):
    axe = Axe()
    for scheme in ["light", "dark"]:
        for width in [1280, 390]:
            context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 844})
            page = context.new_page()
            for name, path in pages.items():
                where = f"{path} {scheme} {width}"
                if page.goto(base + path).status != 200:
                    problems.append(f"{where} is not there")
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    problems.append(f"{where} is wider than its window")
                problems += [
                    f"{where}: axe: {found['id']}: {found['nodes'][0]['html'][:160]}"
                    for found in axe.run(page).response["violations"] if found["impact"] in ("serious", "critical")]
                if pictures:
                    page.screenshot(path=f"{pictures}/{name}-{scheme}-{width}.png", full_page=True)
            context.close()


def choose(browser, store, base, problems):
    """A list that was empty when it was opened: what comes can be chosen, and something be done to it."""
    context = browser.new_context()
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{base}/jobs?queue=later")
    cancel_them = page.locator("form .actions").get_by_role("button", name="Cancel", exact=True)
    if cancel_them.is_visible():
        problems.append("there is something to do to chosen jobs where there are none")
    for _ in range(2):
        store.enqueue("late.comer", "--queue", "later")
    try:
        page.locator("#jobs tbody input[type=checkbox]").nth(1).wait_for(timeout=20_000)
        page.locator("#jobs thead input[type=checkbox]").check(timeout=5_000)
        cancel_them.click(timeout=5_000)
        page.wait_for_url("**done=2**")
    except Exception as error:  # noqa: BLE001: whatever it is, they are not cancelled
        problems.append(f"jobs that came to an empty list cannot be chosen and cancelled: {error}")
    context.close()


def main():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        print("skipped: there is no Chromium on this machine")
        return
    store = Store(sys.argv[1])
    problems = []
    try:
        base = store.serve()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            job = log(browser, store, base, problems)
            zones(browser, store, base, problems)
            live(browser, store, base, problems)
            choose(browser, store, base, problems)
            first = store.enqueue("report.collect", "--queue", "zone", "--args", '{"name":"\\u65e5\\u672c","rows":[1,2]}')
            second = store.enqueue("report.send", "--queue", "zone", "--after", first)
            store.enqueue("report.archive", "--queue", "zone", "--after", second)
            store.run("enqueue", "--stdin", given="\n".join(
                json.dumps({"name": "mail.send", "queue": "bad", "attempts": 1}) for _ in range(6)) + "\n")
            store.run("work", "--drain", "--queue", "bad", "--exec", "echo \"no order $DAYBOOK_JOB_ID\" >&2; false")
            pages = {
                "log": f"/jobs/{job}/log?find=line+30", "graph": f"/jobs/{second}", "arguments": f"/jobs/{first}",
                "failed": "/jobs?state=failed", "event": f"/log/{first}", "start": "/start/report.collect",
                "retrying": "/jobs?state=retrying",
            }
            look(browser, base, pages, problems, sys.argv[2] if len(sys.argv) > 2 else None)
    finally:
        store.close()
    if problems:
        raise SystemExit("\n".join(problems))
    print("job pages: fine")


if __name__ == "__main__":
    main()
