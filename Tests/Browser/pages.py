"""Looks at the dashboard in a real browser: every page in light and dark, at the width of a desk and of a phone.

    pages.py DAYBOOK

No page may be wider than its window, load anything from elsewhere, or say anything to the console; tables, fields and
buttons have names; axe finds nothing serious; and a job is cancelled by clicking, with script and without.
"""

import json
import shutil
import sys

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from store import Store

NAMELESS = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a, svg[role=img]')]
  .filter(e => !(e.labels?.length || e.getAttribute('aria-label') || e.textContent.trim()))
  .map(e => e.outerHTML.slice(0, 120))"""

# Fields that have the same name where they are read out, in one group of fields or in none; and ids that stand twice.
DOUBLE = """() => {
  const named = (e) => e?.getAttribute("aria-label") ?? "";
  const fields = [...document.querySelectorAll("input:not([type=hidden]), select, textarea")].map((e) =>
    `${named(e.closest("[role=group], form[aria-label]"))} > ${named(e) || e.labels[0]?.textContent.trim()}`);
  const ids = [...document.querySelectorAll("[id]")].map((e) => `id ${e.id}`);
  return [...fields, ...ids].filter((one, at, all) => all.indexOf(one) !== at);
}"""

# What is cut off at the side: parts that scroll sideways and are no tables, graphs or logs.
CUT = """() => [...document.querySelectorAll("body *")]
  .filter((e) => ["auto", "scroll", "hidden"].includes(getComputedStyle(e).overflowX)
    && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1 && !e.matches(".scroll, .graph, .log, .tile, .log *"))
  .map((e) => e.outerHTML.slice(0, 80))"""


def edges(page):
    """Tables that go on at the right without a sign of it there: the edge of their frame looks as it does at the end."""
    found = []
    for table in page.locator(".scroll").all():
        if not table.evaluate("e => e.scrollWidth > e.clientWidth + 1"):
            continue
        table.scroll_into_view_if_needed()
        box = table.bounding_box()
        # Nothing is written in this strip, above the words of the head.
        strip = {"x": box["x"] + box["width"] - 6, "y": box["y"] + 3, "width": 4, "height": 2}
        more = page.screenshot(clip=strip)
        table.evaluate("e => { e.scrollLeft = e.scrollWidth }")
        page.wait_for_timeout(50)
        if page.screenshot(clip=strip) == more:
            found.append(table.get_attribute("aria-label"))
    return found


def fill(store):
    lines = [json.dumps({"name": "mail.send", "queue": "mail", "attempts": 1, "tags": ["eu"], "args": {"to": n}})
             for n in range(60)]
    store.run("enqueue", "--stdin", given="\n".join(lines) + "\n")
    batch = store.run("batches", "create", "import").strip()
    store.enqueue("row.import", "--queue", "import", "--batch", batch)
    store.run("recurring", "set", "report.nightly", "report.send", "--cron", "0 2 * * *")
    store.run("work", "--drain", "--queue", "mail", "--exec",
              "echo 'one line' >&2; test $((DAYBOOK_JOB_ID % 5)) -gt 0")
    store.run("queues", "pause", "import", "--reason", "the disk is full")
    store.enqueue("row.import", "--queue", "q" * 120)
    failed = json.loads(store.run("jobs", "list", "--state", "failed", "--limit", "1", "--json").splitlines()[0])["job"]
    return ["/", "/?span=week", "/jobs", "/jobs?state=failed", f"/jobs/{failed}", f"/jobs/{failed}/log", "/queues",
            f"/?at={failed}", f"/jobs/{failed}?at={failed}", "/queues?at=70",
            "/recurring", "/recurring/report.nightly", "/recurring/report.nightly/edit", "/recurring-new", "/batches",
            f"/batches/{batch}", "/processes", "/log", "/audit", "/storage", "/operations", "/start",
            "/start/mail.send", "/queues?done=1&of=1&undo=queues.70", "/queues/mail", "/queues/import", "/queues/mail?at=70",
            "/limits?scope=queue:mail", "/log?text=disk", "/recurring-preview?schedule=0+2+*+*+*&zone=Asia/Kolkata",
            "/recurring/report.nightly?kind=fired&state=failed"]


def serious(axe, page):
    """What axe says keeps people from using the page."""
    return [f"{found['id']}: {found['nodes'][0]['html'][:160]}" for found in axe.run(page).response["violations"]
            if found["impact"] in ("serious", "critical")]


def look(browser, base, pages, problems):
    axe = Axe()
    for scheme in ["light", "dark"]:
        for width in [1280, 390]:
            context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 844})
            page = context.new_page()
            where = ""
            page.on("console", lambda m: problems.append(f"{where}: {m.text}") if m.type == "error" else None)
            page.on("pageerror", lambda e: problems.append(f"{where}: {e}"))
            page.on("request", lambda r: problems.append(f"{where} loads {r.url}") if not r.url.startswith(base) else None)
            for path in pages:
                where = f"{path} {scheme} {width}"
                answer = page.goto(base + path)
                if answer.status != 200:
                    problems.append(f"{where}: status {answer.status}")
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    problems.append(f"{where} is wider than its window")
                if path in ["/queues", "/jobs"]:
                    table = page.locator(f"#{path[1:]}")
                    if table.evaluate("e => e.scrollWidth > e.clientWidth + 1"):
                        problems.append(f"{where}: a part of the table is out of sight, such as its buttons")
                problems += [f"{where}: nameless {found}" for found in page.evaluate(NAMELESS)]
                problems += [f"{where}: twice {found}" for found in page.evaluate(DOUBLE)]
                problems += [f"{where}: cut {found}" for found in page.evaluate(CUT)]
                problems += [f"{where}: no sign that there is more of {found}" for found in edges(page)]
                problems += [f"{where}: axe: {found}" for found in serious(axe, page)]
                if page.locator("h1").count() != 1 or page.locator("main").count() != 1:
                    problems.append(f"{where} has not one main heading")
            context.close()


def cancel(browser, base, store, problems, script):
    job = store.enqueue("mail.send", "--queue", "import")
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{base}/jobs/{job}")
    page.get_by_label("Reason: Cancel").fill("not wanted")
    page.get_by_role("button", name="Cancel").click()
    page.wait_for_url("**done=1*")
    if "Cancelled" not in page.locator(".standing").inner_text() or "not wanted" not in page.content():
        problems.append(f"job {job} was not cancelled, script {script}")
    context.close()


def travel(browser, base, problems, script):
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{base}/jobs?queue=mail")
    page.locator(".when summary").click()
    page.get_by_label("Event number").fill("20")
    page.get_by_label("Event number").press("Enter")
    page.wait_for_url("**at=20*")
    if page.locator(".past").count() != 1 or page.locator("form[method=post][action*=jobs]").count():
        problems.append(f"the past is not marked, or can be changed, script {script}")
    page.locator(".past .steps a").first.click()
    page.wait_for_url("**at=10*")
    page.get_by_role("link", name="Queues").first.click()
    page.wait_for_url("**/queues?at=10*")
    page.get_by_role("link", name="Back to now").click()
    if page.locator(".past").count():
        problems.append("no way back from the past")
    with page.expect_download() as found:
        page.get_by_role("link", name="CSV").first.click()
    if not found.value.suggested_filename.endswith(".csv"):
        problems.append("a list is no file")
    context.close()


def narrow(browser, base, problems, script):
    """On a phone jobs are in sight at once; the filter opens by key, and is open where one is set."""
    context = browser.new_context(java_script_enabled=script, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{base}/jobs")
    row = page.locator("#jobs tbody tr").first
    if row.bounding_box()["y"] > 500 or page.get_by_label("Tag", exact=True).is_visible():
        problems.append(f"the filter hides the jobs, script {script}")
    page.locator(".narrow summary").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Tag", exact=True).fill("eu")
    page.get_by_label("Tag", exact=True).press("Enter")
    page.wait_for_url("**tag=eu*")
    if page.get_by_label("Tag", exact=True).input_value() != "eu" or not page.get_by_label("Tag", exact=True).is_visible():
        problems.append(f"a filter that is set is folded, script {script}")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Operations").click()
    page.wait_for_url("**/operations*")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Start").click()
    page.wait_for_url("**/start*")
    context.close()


def operate(browser, base, store, problems):
    """Cancels all that match a filter, and takes it back."""
    for _ in range(3):
        store.enqueue("bulk.job", "--queue", "import", "--tag", "bulk")
    context = browser.new_context()
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{base}/jobs?tag=bulk&state=enqueued")
    page.locator(".everything summary").click()
    page.locator(".everything").get_by_role("button", name="Cancel").click()
    page.wait_for_url("**/operations")
    try:
        page.get_by_text("Done with all 3.").first.wait_for(timeout=20_000)
        page.get_by_role("button", name="Undo").first.click()
        page.wait_for_url("**done=1*")
        page.get_by_text("undo operation").wait_for(timeout=20_000)
        page.goto(f"{base}/jobs?tag=bulk&state=enqueued")
        page.get_by_role("link", name="bulk.job").nth(2).wait_for(timeout=20_000)
    except Exception as error:  # noqa: BLE001: whatever it is, it was not done or not taken back
        problems.append(f"many jobs are not cancelled and taken back: {error}")
    context.close()


def start(browser, base, store, problems):
    store.enqueue("mail.send", "--queue", "import", "--args", '{"to":5}')
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/start/mail.send")
    page.get_by_label("to", exact=True).fill("7")
    page.get_by_label("Queue", exact=True).fill("import")
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/jobs/*")
    if '"to": 7' not in page.locator("pre").first.inner_text():
        problems.append("a job was not started from its form")
    context.close()


def live(browser, base, store, problems):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/jobs")
    job = store.enqueue("late.comer", "--queue", "import")
    try:
        page.get_by_role("link", name=job, exact=True).wait_for(timeout=20_000)
    except Exception:  # noqa: BLE001: whatever it is, the job is not there
        problems.append("a list does not show a job that came while it was open")
    context.close()


def take_back(browser, base, problems, script):
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{base}/queues")
    page.locator('form[action="/queues/mail/pause"] button').click()
    page.wait_for_url("**undo=queues*")
    paused = page.url
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(lambda url: url != paused)
    if page.locator('form[action="/queues/mail/pause"]').count() != 1:
        problems.append(f"a pause is not taken back, script {script}")
    context.close()


def preview(browser, base, problems, script):
    """The form of a recurring job says when it would fire, before it is saved."""
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{base}/recurring-new")
    page.get_by_label("Id", exact=True).fill("my.id")
    page.get_by_label("When", exact=True).fill("30 2 * * *")
    page.get_by_label("Zone", exact=True).fill("Asia/Kolkata")
    if not script:
        page.get_by_role("button", name="Show next runs").click()
    try:
        page.locator("#preview", has_text="02:30:00 +05:30").wait_for(timeout=20_000)
        if page.get_by_label("Id", exact=True).input_value() != "my.id":
            problems.append(f"what was typed is gone, script {script}")
        page.get_by_label("When", exact=True).fill("61 2 * * *")
        if not script:
            page.get_by_role("button", name="Show next runs").click()
        page.locator("#preview", has_text="cannot be followed").wait_for(timeout=20_000)
    except Exception as error:  # noqa: BLE001: whatever it is, nothing is shown of what was typed
        problems.append(f"no preview, script {script}: {error}")
    context.close()


def keep_what_is_typed(browser, base, store, problems):
    """A list that is loaded anew leaves a reason alone that somebody has begun to type."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/queues")
    reason = page.locator('form[action="/queues/mail/pause"] input[name=reason]')
    reason.fill("because")
    reason.blur()
    with page.expect_response(lambda answer: answer.url == f"{base}/queues", timeout=20_000):
        store.enqueue("late.typist", "--queue", "import")
    page.wait_for_timeout(500)
    if reason.input_value() != "because":
        problems.append("a reason is gone that somebody has typed")
    context.close()


def clocks(browser, base, problems):
    """Charts and lists agree about the time, by the viewer's clocks."""
    seen = []
    for zone in ["UTC", "Asia/Kolkata"]:
        context = browser.new_context(timezone_id=zone)
        page = context.new_page()
        page.goto(base)
        tick, told = page.evaluate("""() => {
            const tick = document.querySelector("svg.bars text[data-time]");
            const at = new Date(tick.dataset.time);
            return [tick.textContent, at.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" })];
        }""")
        title = page.locator("svg.bars title").first.text_content()
        if tick != told or "Z:" in title:
            problems.append(f"a chart does not show the time of {zone}: {tick}, {told}, {title}")
        seen.append(tick)
        page.goto(f"{base}/?span=week")
        days = page.locator("svg.bars text[data-form=day]").all_text_contents()
        if len(days) != 7 or len(set(days)) != 7:
            problems.append(f"the week has the days {days}")
        context.close()
    if seen[0] == seen[1]:
        problems.append(f"the chart's clock is the same everywhere: {seen}")


def verify(browser, base, problems):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/log")
    page.get_by_role("button", name="Verify now").click()
    page.wait_for_url("**done=1*")
    try:
        page.locator("#checks", has_text="Whole").wait_for(timeout=20_000)
    except Exception:  # noqa: BLE001: whatever it is, nothing is said of the check
        problems.append("a check of the log does not tell what it found")
    context.close()


def panels(browser, base, store, problems):
    """What a program shows of its own: in light and dark, in the navigation, and as it comes."""
    pages = ["/panels", "/panels/failures", "/panels/failure-rate", "/panels/runs", "/panels/usage", "/panels/runs?at=5"]
    look(browser, base, pages, problems)
    context = browser.new_context()
    page = context.new_page()
    page.goto(base)
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Panels").click()
    page.get_by_role("link", name="Failed runs by hour").click()
    page.wait_for_url("**/panels/failures")
    if page.get_by_role("cell", name="mail.send").count() < 1:
        problems.append("the panel does not count what has run")
    store.enqueue("late.panel", "--queue", "panel", "--attempts", "1")
    store.run("work", "--drain", "--queue", "panel", "--exec", "false")
    try:
        page.get_by_role("cell", name="late.panel").wait_for(timeout=20_000)
    except Exception:  # noqa: BLE001: whatever it is, the row is not there
        problems.append("a panel does not show what came while it was open")
    with page.expect_download() as found:
        page.get_by_role("link", name="CSV").click()
    if found.value.suggested_filename != "failures.csv":
        problems.append("a panel is no file")
    context.close()
    return pages


def main():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        print("skipped: there is no Chromium on this machine")
        return
    store = Store(sys.argv[1])
    problems = []
    try:
        pages = fill(store)
        base = store.serve()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            look(browser, base, pages, problems)
            cancel(browser, base, store, problems, True)
            cancel(browser, base, store, problems, False)
            travel(browser, base, problems, True)
            travel(browser, base, problems, False)
            narrow(browser, base, problems, True)
            narrow(browser, base, problems, False)
            operate(browser, base, store, problems)
            start(browser, base, store, problems)
            take_back(browser, base, problems, True)
            take_back(browser, base, problems, False)
            live(browser, base, store, problems)
            preview(browser, base, problems, True)
            preview(browser, base, problems, False)
            keep_what_is_typed(browser, base, store, problems)
            clocks(browser, base, problems)
            verify(browser, base, problems)
            pages += panels(browser, store.serve_panels(), store, problems)
            browser.close()
    finally:
        store.close()
    for problem in problems:
        print(problem)
    print(f"{len(pages)} pages, {len(problems)} problems")
    if problems:
        sys.exit(1)


main()
