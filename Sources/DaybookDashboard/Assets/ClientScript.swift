/// The little that a browser does by itself: it shows times in its own zone, counts ages on, asks before what cannot be
/// undone, and loads a page's contents anew when something has happened. Without it every page can be read and
/// every form sent.
enum ClientScript {
    static let text = start + log + live

    private static let start = """
        "use strict";
        (() => {
          const zoned = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
          const filled = (pattern, value) => pattern.replace("{}", value);
          const span = (seconds) => {
            const minutes = (count) => filled("\(Texts.Age.minutes)", count);
            if (seconds < 60) return filled("\(Texts.Age.seconds)", seconds);
            if (seconds < 3600) return minutes(Math.floor(seconds / 60));
            if (seconds < 86400) {
              const rest = Math.floor(seconds % 3600 / 60);
              return filled("\(Texts.Age.hours)", Math.floor(seconds / 3600)) + (rest ? ` ${minutes(rest)}` : "");
            }
            const days = Math.floor(seconds / 86400);
            return days === 1 ? "\(Texts.Age.day)" : filled("\(Texts.Age.days)", days);
          };
          const age = (at, now) => {
            const seconds = Math.floor((now - at) / 1000);
            if (Math.abs(seconds) < 1) return "\(Texts.Age.now)";
            return filled(seconds > 0 ? "\(Texts.Age.ago)" : "\(Texts.Age.ahead)", span(Math.abs(seconds)));
          };
          const axes = {
            clock: new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" }),
            day: new Intl.DateTimeFormat(undefined, { month: "numeric", day: "numeric" }),
            month: new Intl.DateTimeFormat(undefined, { year: "numeric", month: "numeric" }),
          };
          const showCharts = (root) => root.querySelectorAll("[data-time]").forEach((mark) => {
            const at = new Date(mark.dataset.time);
            if (isNaN(at)) return;
            const axis = axes[mark.dataset.form];
            mark.textContent = axis ? axis.format(at)
              : mark.textContent.replace(mark.dataset.time, zoned.format(at));
          });
          const show = (root) => showCharts(root) || root.querySelectorAll("time[datetime]").forEach((time) => {
            const at = new Date(time.dateTime);
            if (isNaN(at)) return;
            if ("age" in time.dataset) {
              time.title = zoned.format(at);
              time.textContent = age(at, Date.parse(time.dataset.age) || Date.now());
            } else {
              time.title = time.dateTime;
              time.textContent = zoned.format(at);
            }
          });
          // A field for a time has no zone: it is the viewer's here, and what is sent says which that was.
          const zone = (root) => root.querySelectorAll("input[data-zoned]").forEach((input) => {
            if (input.value) {
              const at = new Date(`${input.value}Z`);
              const here = new Date(at - at.getTimezoneOffset() * 60000).toISOString();
              input.defaultValue = input.value = here.slice(0, input.value.length);
            }
            const label = input.closest("label");
            if (label) label.firstChild.textContent = input.dataset.zoned;
            else input.setAttribute("aria-label", input.dataset.zoned);
          });
          document.addEventListener("formdata", (event) => event.target.querySelectorAll("input[data-zoned]")
            .forEach((input) => {
              if (input.value) event.formData.set(input.name, new Date(input.value).toISOString());
            }));
          show(document);
          zone(document);
          setInterval(() => { if (!document.hidden) show(document); }, 10000);
          document.addEventListener("submit", (event) => {
            const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
            if (!question) return;
            const chosen = event.target.querySelectorAll("tbody input[type=checkbox]");
            const count = [...chosen].filter((one) => one.checked).length;
            // With nothing chosen nothing is done, and the answer says so.
            if (chosen.length && !count) return;
            if (!window.confirm(chosen.length ? filled(question, count) : question)) event.preventDefault();
          });
          document.querySelectorAll("input[data-moment]").forEach((slider) => {
            const number = document.createElement("output");
            slider.after(number);
            const tell = () => { number.textContent = slider.value; };
            tell();
            slider.addEventListener("input", tell);
            slider.addEventListener("change", () => slider.form.requestSubmit());
          });
          const addChoiceOfAll = () => document.querySelectorAll("form table").forEach((table) => {
            const head = table.querySelector("thead th .unseen");
            if (!head || !table.querySelector("tbody input[type=checkbox]")) return;
            const all = document.createElement("input");
            all.type = "checkbox";
            all.setAttribute("aria-label", head.textContent);
            all.addEventListener("change", () => table.querySelectorAll("tbody input[type=checkbox]")
              .forEach((one) => { one.checked = all.checked; }));
            head.replaceWith(all);
          });
          addChoiceOfAll();
          document.querySelectorAll("form[data-preview]").forEach((form) => {
            const names = ["schedule", "zone", "starts", "ends"];
            let timer, asked = 0;
            const ask = async () => {
              const turn = ++asked;
              const query = new URLSearchParams(names.map((name) => [name, form.elements[name]?.value ?? ""]));
              const answer = await fetch(`${form.dataset.preview}?${query}`, { headers: { accept: "text/html" } });
              const page = new DOMParser().parseFromString(await answer.text(), "text/html");
              const fresh = page.getElementById("preview"), old = document.getElementById("preview");
              if (!fresh || !old || turn !== asked) return;
              show(fresh);
              old.replaceWith(document.adoptNode(fresh));
            };
            form.addEventListener("input", (event) => {
              if (!names.includes(event.target.name)) return;
              clearTimeout(timer);
              timer = setTimeout(() => ask().catch(() => {}), 400);
            });
          });

        """

    private static let live = """
          const live = document.querySelector("meta[name=daybook-live]");
          if (!live || !window.EventSource) return;
          let busy = false, again = false;
          const isTyped = (field) => !["hidden", "checkbox"].includes(field.type) && field.value !== field.defaultValue;
          const isInUse = (old) => {
            const [focus, chosen] = [document.activeElement, window.getSelection()];
            return old.contains(focus) && focus.matches("a, button, input, select, textarea, summary")
              || !chosen.isCollapsed && old.contains(chosen.anchorNode)
              || old.querySelector("input:checked, details[open]")
              || [...old.querySelectorAll("input, textarea")].some(isTyped);
          };
          const replace = (old, fresh) => {
            const held = old.contains(document.activeElement) && document.activeElement.getAttribute("aria-label");
            const follow = tail && old === document.querySelector("[data-log]") && tail();
            show(fresh);
            zone(fresh);
            const place = document.adoptNode(fresh);
            old.replaceWith(place);
            addChoiceOfAll();
            if (held) [place, ...place.querySelectorAll("[tabindex]")]
              .find((one) => one.getAttribute("aria-label") === held)?.focus({ preventScroll: true });
            if (keep) keep();
            if (follow) follow();
          };
          const refresh = async () => {
            if (document.hidden || busy) { again = true; return; }
            busy = true; again = false;
            try {
              const answer = await fetch(location.href, { headers: { accept: "text/html" } });
              if (answer.ok) {
                const page = new DOMParser().parseFromString(await answer.text(), "text/html");
                page.querySelectorAll("[data-live]").forEach((fresh) => {
                  const old = document.getElementById(fresh.id);
                  if (old && !isInUse(old)) replace(old, fresh);
                });
              }
            } catch { /* the next event tries again */ }
            busy = false;
            if (again) setTimeout(refresh, 1000);
          };
          const events = new EventSource(live.content);
          events.addEventListener("changed", () => refresh());
          document.addEventListener("visibilitychange", () => { if (!document.hidden && again) refresh(); });
          window.addEventListener("pagehide", () => events.close());
        })();

        """
}
