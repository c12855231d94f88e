/// How pages look: plain CSS, light and dark, for phones and desks.
enum StyleSheet {
    static let text = """
        :root { color-scheme: light dark; --page: #f7f7f5; --card: #fff; --ink: #1d2320; --soft: #5c6661;
          --line: #dcdfdc; --accent: #2f5d50; --accent-ink: #fff; --good: #1f7a3d; --warn: #8a5a00; --bad: #b3261e;
          --hover: #eef2f0; --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
        @media (prefers-color-scheme: dark) { :root { --page: #141816; --card: #1c211f; --ink: #e7ebe8; --soft: #9aa5a0;
          --line: #313835; --accent: #7cc4ae; --accent-ink: #10221c; --good: #6fce8b; --warn: #e3b341; --bad: #ff8a80;
          --hover: #252c29; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        a { color: var(--accent); text-underline-offset: 2px; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        .skip { position: absolute; left: -999px; }
        .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 2; }
        .bar { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.25rem; padding: .6rem 1.25rem;
          background: var(--card); border-bottom: 1px solid var(--line); }
        .brand { font-weight: 650; text-decoration: none; color: var(--ink); letter-spacing: -.01em; }
        nav { display: flex; gap: .15rem; overflow-x: auto; flex: 1 1 auto; min-width: 0; }
        nav a { padding: .3rem .6rem; border-radius: 6px; text-decoration: none; color: var(--soft); white-space: \
        nowrap; }
        nav a:hover { background: var(--hover); color: var(--ink); }
        nav a[aria-current] { background: var(--hover); color: var(--ink); font-weight: 600; }
        .who { display: flex; align-items: center; gap: .6rem; color: var(--soft); }
        main { max-width: 84rem; margin: 0 auto; padding: 1rem 1.25rem 3rem; }
        h1 { font-size: 1.35rem; letter-spacing: -.01em; margin: .4rem 0 1rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.05rem; margin: 1.75rem 0 .6rem; }
        footer { display: flex; flex-wrap: wrap; gap: 1.25rem; padding: 1rem 1.25rem; color: var(--soft);
          border-top: 1px solid var(--line); font-size: .85rem; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.1rem; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .75rem; }
        .tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .7rem .9rem;
          text-decoration: none; color: var(--ink); display: block; }
        a.tile:hover { background: var(--hover); }
        .tile strong { display: block; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
        .tile span { color: var(--soft); font-size: .85rem; }
        .scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .5rem .8rem; border-bottom: 1px solid var(--line); vertical-align: top; }
        tr:last-child td { border-bottom: 0; }
        th { font-size: .78rem; font-weight: 600; color: var(--soft); white-space: nowrap; }
        tbody tr:hover { background: var(--hover); }
        .number { text-align: right; font-variant-numeric: tabular-nums; }
        .mono, pre, code { font-family: var(--mono); font-size: .86em; }
        .wrap { overflow-wrap: anywhere; }
        time { white-space: nowrap; font-variant-numeric: tabular-nums; }
        pre { margin: 0; padding: .8rem 1rem; overflow: auto; max-height: 32rem; background: var(--card);
          border: 1px solid var(--line); border-radius: 10px; white-space: pre-wrap; overflow-wrap: anywhere; }
        .state { display: inline-block; padding: .05rem .55rem; border-radius: 99px; font-size: .82rem; \
        font-weight: 600;
          border: 1px solid currentColor; white-space: nowrap; }
        .good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); } .soft { color: \
        var(--soft); }
        .facts { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .3rem 1.25rem; margin: 0; }
        .facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
        .filters, .actions { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: 0 0 1rem; }
        label { display: grid; gap: .15rem; font-size: .82rem; color: var(--soft); }
        input, select, textarea, button { font: inherit; color: var(--ink); background: var(--card);
          border: 1px solid var(--line); border-radius: 7px; padding: .38rem .65rem; max-width: 100%; }
        button, .button { cursor: pointer; background: var(--accent); color: var(--accent-ink);
          border-color: transparent; font-weight: 550; }
        button.quiet { background: transparent; color: var(--ink); border-color: var(--line); }
        button.danger { background: transparent; color: var(--bad); border-color: var(--bad); }
        form.inline { display: inline-flex; gap: .4rem; flex-wrap: wrap; }
        .pages { display: flex; gap: 1rem; margin: 1rem 0; }
        .note { border-left: 3px solid var(--accent); padding: .5rem .9rem; background: var(--card);
          border-radius: 0 8px 8px 0; margin: 0 0 1rem; overflow-wrap: anywhere; }
        .note.bad { border-left-color: var(--bad); }
        .sign-in { max-width: 22rem; display: grid; gap: .9rem; }
        .chips { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0 0 1rem; padding: 0; list-style: none; }
        .chips a { padding: .2rem .7rem; border: 1px solid var(--line); border-radius: 99px; text-decoration: none;
          color: var(--soft); background: var(--card); }
        .chips a[aria-current] { color: var(--accent-ink); background: var(--accent); }
        progress { width: 100%; height: .6rem; accent-color: var(--accent); }
        @media (max-width: 40rem) { main { padding: .75rem .8rem 2rem; } .bar { padding: .5rem .8rem; }
          nav { order: 3; flex-basis: 100%; } th, td { padding: .45rem .55rem; }
          .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .5rem; } }

        """
}
