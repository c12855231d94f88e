extension ClientScript {
    /// On a log of runs: from match to match, its lines into the clipboard, and along with its tail as it grows. The
    /// words for it are the page's own.
    static let log = """
          const log = document.querySelector("[data-log]");
          let [tail, keep] = [null, null];
          if (log) {
            const words = log.dataset;
            const bar = document.createElement("p");
            bar.className = "tools";
            const press = (text, act) => {
              const button = document.createElement("button");
              button.type = "button";
              button.className = "quiet";
              button.textContent = text;
              button.addEventListener("click", () => act(button));
              bar.append(button);
            };
            const aimed = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
            let current = aimed && aimed.closest(".hit")?.id || "";
            const go = (step) => {
              const all = [...document.querySelectorAll("#log .hit")];
              const old = all.findIndex((hit) => hit.id === current);
              // Beyond the page's last match lies that of another page, if there is one.
              const isAtEnd = !all.length || old === (step < 0 ? 0 : all.length - 1);
              const [there, back] = ["older", "newer"].map((way) => document.querySelector(`#log [data-${way}]`));
              const way = isAtEnd && (step < 0 ? there : back) || !all.length && (there || back);
              if (way) { way.click(); return; }
              if (!all.length) return;
              const next = old < 0 ? (step < 0 ? all.length - 1 : 0) : (old + step + all.length) % all.length;
              all.forEach((hit, index) => hit.classList.toggle("current", index === next));
              current = all[next].id;
              all[next].scrollIntoView({ block: "center" });
            };
            keep = () => { if (current) document.getElementById(current)?.classList.add("current"); };
            keep();
            if (log.querySelector(".hits")) {
              press(words.previous, () => go(-1));
              press(words.next, () => go(1));
            }
            press(words.copy, async (button) => {
              const lines = [...document.querySelectorAll("#log li")].map((line) => [
                line.querySelector("time").dateTime, line.querySelector(".level").textContent,
                (line.querySelector(".hit") || line.querySelector(".said")).textContent].join(" "));
              const text = lines.join("\\n") + "\\n";
              try { await navigator.clipboard.writeText(text); } catch {
                const area = document.createElement("textarea");
                area.value = text;
                document.body.append(area);
                area.select();
                document.execCommand("copy");
                area.remove();
              }
              button.textContent = words.copied;
              setTimeout(() => { button.textContent = words.copy; }, 2000);
            });
            const toTail = () => window.scrollTo(0, document.documentElement.scrollHeight);
            if (words.follow) {
              const label = document.createElement("label");
              const box = document.createElement("input");
              box.type = "checkbox";
              label.className = "check";
              label.append(box, words.follow);
              bar.append(label);
              box.addEventListener("change", () => { if (box.checked) toTail(); });
              tail = () => {
                const end = document.documentElement.scrollHeight - 80;
                return box.checked || window.scrollY > 0 && window.innerHeight + window.scrollY >= end ? toTail : null;
              };
            }
            log.before(bar);
          }

        """
}
