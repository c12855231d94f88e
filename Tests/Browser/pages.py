"""Looks at the dashboard in a real browser: every page in light and dark, at the width of a desk and of a phone.

    pages.py DAYBOOK

No page may be wider than its window, load anything from elsewhere, or say anything to the console; tables, fields and
buttons have names; and a job is cancelled by clicking, with script and without.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

from playwright.sync_api import sync_playwright

NAMELESS = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a, svg[role=img]')]
  .filter(e => !(e.labels?.length || e.getAttribute('aria-label') || e.textContent.trim()))
  .map(e => e.outerHTML.slice(0, 120))"""


class Store:
    def __init__(self, daybook):
        self.folder = tempfile.mkdtemp()
        self.command = [daybook, "--data", os.path.join(self.folder, "store")]
        self.server = None

    def run(self, *words, given=None):
        found = subprocess.run([*self.command, *words], input=given, capture_output=True, text=True, check=True)
        return found.stdout

    def enqueue(self, *words):
        return self.run("enqueue", *words).split()[1]

    def serve(self):
        port = os.path.join(self.folder, "port")
        self.server = subprocess.Popen(
            [*self.command, "serve", "--listen", "127.0.0.1:0", "--port-file", port], stderr=subprocess.DEVNULL)
        for _ in range(300):
            if os.path.exists(port):
                with open(port, encoding="utf-8") as file:
                    return "http://" + file.read().strip()
            try:
                self.server.wait(0.1)
                break
            except subprocess.TimeoutExpired:
                continue
        raise SystemExit("the server did not start")

    def close(self):
        if self.server:
            self.server.terminate()
            self.server.wait(30)
        shutil.rmtree(self.folder)


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
    failed = json.loads(store.run("jobs", "list", "--state", "failed", "--limit", "1", "--json").splitlines()[0])["job"]
    return ["/", "/?span=week", "/jobs", "/jobs?state=failed", f"/jobs/{failed}", f"/jobs/{failed}/log", "/queues",
            f"/?at={failed}", f"/jobs/{failed}?at={failed}", "/queues?at=70",
            "/recurring", "/recurring/report.nightly", "/recurring/report.nightly/edit", "/recurring-new", "/batches",
            f"/batches/{batch}", "/processes", "/log", "/audit", "/storage"]


def look(browser, base, pages, problems):
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
                problems += [f"{where}: nameless {found}" for found in page.evaluate(NAMELESS)]
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
        page.get_by_role("link", name="CSV").click()
    if not found.value.suggested_filename.endswith(".csv"):
        problems.append("a list is no file")
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
            live(browser, base, store, problems)
            browser.close()
    finally:
        store.close()
    for problem in problems:
        print(problem)
    print(f"{len(pages)} pages, {len(problems)} problems")
    if problems:
        sys.exit(1)


main()
