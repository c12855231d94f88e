/// The little that a browser does by itself: it shows times in its own zone, asks before what cannot be undone, and
/// loads a page's contents anew when something has happened. Without it every page can be read and every form sent.
enum ClientScript {
    static let text = """
        "use strict";
        (() => {
          const zoned = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
          const show = (root) => root.querySelectorAll("time[datetime]").forEach((time) => {
            const at = new Date(time.dateTime);
            if (isNaN(at)) return;
            time.title = time.dateTime;
            time.textContent = zoned.format(at);
          });
          show(document);
          document.addEventListener("submit", (event) => {
            const question = event.target.dataset.confirm;
            if (question && !window.confirm(question)) event.preventDefault();
          });
          const live = document.querySelector("meta[name=daybook-live]");
          if (!live || !window.EventSource) return;
          let busy = false, again = false;
          const refresh = async () => {
            if (document.hidden) { again = true; return; }
            if (busy) { again = true; return; }
            busy = true; again = false;
            try {
              const answer = await fetch(location.href, { headers: { accept: "text/html" } });
              if (answer.ok) {
                const page = new DOMParser().parseFromString(await answer.text(), "text/html");
                page.querySelectorAll("[data-live]").forEach((fresh) => {
                  const old = document.getElementById(fresh.id);
                  if (!old || old.contains(document.activeElement) && document.activeElement !== document.body) return;
                  show(fresh);
                  old.replaceWith(document.adoptNode(fresh));
                });
              }
            } catch { /* the next event tries again */ }
            busy = false;
            if (again) setTimeout(refresh, 1000);
          };
          const events = new EventSource(live.content);
          events.addEventListener("changed", () => refresh());
          document.addEventListener("visibilitychange", () => { if (!document.hidden && again) refresh(); });
        })();

        """
}
