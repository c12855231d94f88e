"""Text of strangers on every page, read by a real browser's parser: none of it may become markup.

    injection.py DAYBOOK

200 payloads stand in every text that a store takes from strangers: arguments, results, errors and their types, log
lines, progress, metadata, display names, reasons, descriptions, names of batches. Each page is parsed as Chromium does
it; its elements, attributes and addresses have to be of the kinds that pages are made of, and nothing may run.
"""

import itertools
import json
import shutil
import sys
import urllib.parse

from playwright.sync_api import sync_playwright

from store import Store

BREAKOUTS = ["", "\"", "'", "\">", "'>", "-->", "]]>", "</title>", "</textarea>", "</pre>", "</script>", "</style>",
             "</option></select>", "</td></tr></table>", "</time>", "</svg>", "</details>", "</form>", "`>", "\\\">"]
ATTACKS = ["<script>pwned()</script>", "<img src=x onerror=pwned()>", "<svg/onload=pwned()>",
           "<a href=javascript:pwned()>x</a>", "<iframe srcdoc='<script>pwned()</script>'>",
           " onmouseover=pwned() autofocus onfocus=pwned() x=", "<form action=//evil.example><input name=csrf>",
           "<base href=//evil.example>", "<math><mtext><style><img src=x onerror=pwned()>",
           "<template><script>pwned()</script></template>"]
PAYLOADS = [first + attack for first, attack in itertools.product(BREAKOUTS, ATTACKS)]

LOOK = """async (paths) => {
  const elements = new Set(ELEMENTS.split(' '));
  const problems = [];
  for (const path of paths) {
    const answer = await fetch(path, { headers: { accept: 'text/html' } });
    if (answer.status >= 500) problems.push(`${path}: ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (page.querySelectorAll('script').length !== 1) problems.push(`${path}: another script`);
    if (page.querySelectorAll('main').length !== 1) problems.push(`${path}: not one main part`);
    for (const element of page.querySelectorAll('*')) {
      if (!elements.has(element.localName)) problems.push(`${path}: an element ${element.localName}`);
      for (const { name, value } of element.attributes) {
        if (name.startsWith('on') || name === 'style' || name === 'srcdoc') problems.push(`${path}: ${name}=${value}`);
        if (['href', 'src', 'action', 'formaction'].includes(name) && !/^(\\/(?!\\/)|#main$)/.test(value))
          problems.push(`${path}: ${name}=${value}`);
      }
    }
  }
  return problems;
}"""

ELEMENTS = ("html head meta title link script body a header nav main h1 h2 footer span form input button label select "
            "option textarea p div ul ol li table thead tbody tr th td time b strong dl dt dd pre code section article "
            "details summary svg g rect line text progress output")


def fill(store, base):
    """Each payload in all texts of a job, and the job's number."""
    jobs = []
    for index, payload in enumerate(PAYLOADS):
        status, text = store.ask(base, "POST", "/api/v1/jobs", {
            "name": "some.job", "queue": "q", "args": {"to": payload, payload: 1}, "attempts": 1})
        if status != 201:
            raise SystemExit(f"payload {index} was not taken: {text}")
        jobs.append(json.loads(text)["job"])
    for _ in range(0, len(PAYLOADS), 100):
        claims = json.loads(store.ask(base, "POST", "/api/v1/claims", {"queues": ["q"], "count": 100, "wait": "0s"})[1])
        for claim in claims["claims"]:
            payload, token = claim["args"]["to"], claim["token"]
            store.ask(base, "POST", f"/api/v1/claims/{token}/log", {"lines": [{"text": payload, "level": "error"}]})
            store.ask(base, "POST", f"/api/v1/claims/{token}/progress", {"fraction": 0.5, "text": payload})
            if claim["job"] % 2:
                store.ask(base, "POST", f"/api/v1/claims/{token}/succeed", {
                    "result": {payload: payload}, "statistics": {payload: payload}})
            else:
                store.ask(base, "POST", f"/api/v1/claims/{token}/fail", {
                    "error": payload, "errorType": payload, "final": True})
    for index, payload in enumerate(PAYLOADS[::10]):
        store.ask(base, "POST", "/api/v1/queues/q/pause", {"reason": payload})
        store.ask(base, "POST", "/api/v1/queues/q/resume", {"reason": payload})
        store.run("recurring", "set", f"r.{index}", "some.job", "--cron", "0 2 * * *", f"--description={payload}",
                  f"--actor={payload}", "--args", json.dumps({"to": payload}))
        store.ask(base, "POST", f"/api/v1/recurring/r.{index}/pause", {"reason": payload})
        store.ask(base, "POST", "/api/v1/operations", {"action": "cancel", "search": payload, "reason": payload})
    return jobs


def main():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        print("skipped: there is no Chromium on this machine")
        return
    store = Store(sys.argv[1])
    problems = []
    try:
        base = store.serve()
        jobs = fill(store, base)
        paths = ["/", "/queues", "/recurring", "/batches", "/processes", "/storage", "/operations"]
        paths += [f"/jobs?before={job + 1}" for job in jobs[::40]] + [f"/audit?before={n}" for n in range(50, 3000, 50)]
        paths += [f"/log?before={n}" for n in range(50, 3000, 50)]
        paths += [f"/recurring/r.{n}{end}" for n in range(20) for end in ("", "/edit")]
        for job, payload in zip(jobs, PAYLOADS):
            text = urllib.parse.quote(payload, safe="")
            paths += [f"/jobs/{job}", f"/jobs/{job}/log?text={text}", f"/jobs/{job}?at={jobs[-1]}"]
            paths += [f"/jobs?{name}={text}" for name in ("text", "queue", "name", "tag", "tenant", "error")]
            paths += [f"/audit?person={text}", f"/absent/{text}", f"/login?next={text}", f"/jobs?at={text}"]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page()
            page.expose_function("pwned", lambda: problems.append("a script of a stranger ran"))
            page.on("dialog", lambda dialog: problems.append(f"a dialog: {dialog.message}"))
            page.goto(base + "/")
            for start in range(0, len(paths), 100):
                problems += page.evaluate(LOOK.replace("ELEMENTS", json.dumps(ELEMENTS)), paths[start:start + 100])
            # And as people see them: what runs, runs here.
            for job in jobs[::8]:
                page.goto(f"{base}/jobs/{job}")
            browser.close()
    finally:
        store.close()
    for problem in problems[:50]:
        print(problem)
    print(f"{len(PAYLOADS)} payloads, {len(paths)} pages, {len(problems)} problems")
    if problems:
        sys.exit(1)


main()
