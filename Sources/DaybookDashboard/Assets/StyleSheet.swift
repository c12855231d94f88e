/// How pages look: plain CSS, light and dark, for phones and desks. Colours are named once; all text on its ground
/// has at least the contrast that WCAG AA asks for.
enum StyleSheet {
    static let text = colours + frame + parts + tables + forms + details + phones

    private static let colours = """
        :root { color-scheme: light dark; --page: #f5f6f4; --card: #fff; --ink: #1a211e; --soft: #56615c;
          --line: #dde2de; --accent: #22594a; --accent-ink: #fff; --good: #1a6b36; --warn: #7a4f00; --bad: #b3221a;
          --busy: #1f5a99; --good-ground: #e5f3e9; --warn-ground: #fbf0d9; --bad-ground: #fce9e7; --busy-ground: \
          #e5effa;
          --soft-ground: #edf0ee; --hover: #f0f4f2; --shadow: 0 1px 2px rgb(20 30 25 / .05); --edge: rgb(20 30 25 / .3);
          --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
        @media (prefers-color-scheme: dark) { :root { --page: #121614; --card: #1a1f1d; --ink: #e4e9e6; --soft: #9ba7a1;
          --line: #2d3431; --accent: #7fcab3; --accent-ink: #0d1f19; --good: #72cf8e; --warn: #e6b84f; --bad: #ff8f85;
          --busy: #86b8f0; --good-ground: #17301f; --warn-ground: #33290f; --bad-ground: #3a1b18; --busy-ground: \
          #17283b;
          --soft-ground: #252b28; --hover: #222826; --shadow: none; --edge: rgb(228 233 230 / .3); } }

        """

    private static let frame = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--page); color: var(--ink);
          font: 14.5px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
        a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 3px; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
        .skip { position: absolute; left: -999px; }
        .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 2; }
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        .bar { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem; padding: .55rem 1.5rem;
          background: var(--card); border-bottom: 1px solid var(--line); }
        .brand { font-weight: 650; font-size: 1.05rem; text-decoration: none; color: var(--ink); letter-spacing: \
        -.015em; }
        nav.main { display: flex; flex-wrap: wrap; gap: .1rem; flex: 1 1 auto; min-width: 0; }
        nav.main a { padding: .3rem .65rem; border-radius: 7px; text-decoration: none; color: var(--soft);
          white-space: nowrap; }
        nav.main a:hover { background: var(--hover); color: var(--ink); }
        nav.main a[aria-current] { background: var(--soft-ground); color: var(--ink); font-weight: 600; }
        .who { display: flex; align-items: center; gap: .6rem; color: var(--soft); font-size: .9rem; }
        main { max-width: 82rem; margin: 0 auto; padding: 1.1rem 1.5rem 3rem; }
        h1 { font-size: 1.4rem; font-weight: 650; line-height: 1.25; letter-spacing: -.018em; margin: .3rem 0 1rem;
          overflow-wrap: anywhere; }
        h2 { font-size: 1rem; font-weight: 650; margin: 1.9rem 0 .6rem; letter-spacing: -.005em; }
        .crumbs ol { display: flex; flex-wrap: wrap; gap: .2rem .4rem; list-style: none; margin: 0; padding: 0;
          font-size: .85rem; color: var(--soft); }
        .crumbs li + li::before { content: "/"; margin-right: .4rem; color: var(--line); }
        .crumbs a { color: var(--soft); }
        .crumbs [aria-current] { overflow-wrap: anywhere; }
        footer { display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; padding: 1rem 1.5rem; color: var(--soft);
          border-top: 1px solid var(--line); font-size: .82rem; }

        """

    private static let parts = """
        .when { position: relative; } .when summary { list-style: none; color: var(--soft); font-size: .9rem; }
        .when summary::-webkit-details-marker { display: none; } .when summary:hover { color: var(--ink); }
        .when .card { position: absolute; right: 0; top: 1.8rem; z-index: 3; width: max-content; max-width: 90vw;
          box-shadow: 0 6px 24px rgb(0 0 0 / .18); }
        .when form, .past form { align-items: end; margin: .3rem 0; }
        .past { background: var(--warn-ground); border: 1px solid var(--warn); border-radius: 10px; \
        padding: .7rem 1.15rem;
          margin: 0 0 1rem; display: flex; flex-wrap: wrap; gap: .1rem 1.5rem; }
        .past p { margin: 0; flex: 1 1 100%; } .past strong { color: var(--warn); }
        .past .steps { display: flex; flex-wrap: wrap; gap: .2rem .9rem; } input[type=range] { padding: 0; }
        output { font-variant-numeric: tabular-nums; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.15rem;
          box-shadow: var(--shadow); }
        .stack { display: grid; gap: .8rem; }
        .stack .card header { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; }
        .stack .card h2 { margin: 0; } .stack .card p { margin: .35rem 0; } .stack .actions { margin: .7rem 0 0; }
        .columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 1.75rem; }
        .tiles { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: .7rem; margin: 1rem 0 0; }
        @media (min-width: 70rem) { .tiles { grid-template-columns: repeat(8, minmax(0, 1fr)); } }
        .tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .65rem .85rem;
          text-decoration: none; color: var(--ink); box-shadow: var(--shadow); }
        a.tile:hover { border-color: var(--accent); }
        .tile strong { display: block; font-size: 1.45rem; line-height: 1.3; font-weight: 600; letter-spacing: -.02em;
          font-variant-numeric: tabular-nums; }
        .tile span { color: var(--soft); font-size: .82rem; }
        .tile.good strong { color: var(--good); } .tile.bad strong { color: var(--bad); }
        .tile.warn strong { color: var(--warn); } .tile.busy strong { color: var(--busy); }
        .tile.zero strong { color: var(--soft); }
        .state { display: inline-block; padding: .05rem .55rem; border-radius: 99px; font-size: .78rem; \
        font-weight: 600;
          line-height: 1.5; white-space: nowrap; color: var(--soft); background: var(--soft-ground); }
        .state.good { color: var(--good); background: var(--good-ground); }
        .state.warn { color: var(--warn); background: var(--warn-ground); }
        .state.bad { color: var(--bad); background: var(--bad-ground); }
        .state.busy { color: var(--busy); background: var(--busy-ground); }
        .good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); } .soft { color: \
        var(--soft); }
        .facts { display: grid; grid-template-columns: minmax(7.5rem, max-content) minmax(0, 1fr); gap: .4rem 1.25rem;
          margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .85rem \
          1.1rem;
          box-shadow: var(--shadow); }
        .facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
        .note { border-left: 3px solid var(--accent); padding: .5rem .9rem; background: var(--card); margin: .8rem 0;
          border-radius: 0 8px 8px 0; overflow-wrap: anywhere; }
        .note.bad { border-left-color: var(--bad); color: var(--ink); }
        .nothing { color: var(--soft); border: 1px dashed var(--line); border-radius: 10px; padding: .85rem 1.1rem;
          margin: 0; }
        .remarks { list-style: none; margin: 0; padding: 0; background: var(--card); border: 1px solid var(--line);
          border-radius: 10px; box-shadow: var(--shadow); }
        .remarks li { display: grid; grid-template-columns: 5rem minmax(0, 1fr); gap: .8rem; padding: .55rem 1rem;
          color: var(--ink); border-top: 1px solid var(--line); align-items: baseline; overflow-wrap: anywhere; }
        .remarks li:first-child { border-top: 0; } .remarks .state { justify-self: start; }
        .remarks a { color: var(--ink); }
        .allwell { margin: 0; color: var(--soft); }
        .plain { list-style: none; margin: .3rem 0; padding: 0; }
        .tag { display: inline-block; padding: 0 .45rem; margin: 0 .3rem .15rem 0; border-radius: 5px; font-size: .8rem;
          background: var(--soft-ground); color: var(--soft); text-decoration: none; overflow-wrap: anywhere; }
        .tag:hover { color: var(--ink); }
        .standing { margin: 0 0 .4rem; font-size: .95rem; } .why { margin: 0 0 1rem; overflow-wrap: anywhere; }
        .graph { display: flex; align-items: center; overflow-x: auto; padding: .1rem; }
        .graph ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem; }
        .graph .before { border-right: 2px solid var(--line); padding-right: 1.1rem; }
        .graph .after { border-left: 2px solid var(--line); padding-left: 1.1rem; }
        .node { position: relative; background: var(--card); border: 1px solid var(--line); border-radius: 10px;
          padding: .45rem .8rem; overflow-wrap: anywhere; min-width: 8rem; box-shadow: var(--shadow); }
        .node.itself { border-color: var(--accent); } .before + .itself { margin-left: 1.1rem; }
        .itself:has(+ .after) { margin-right: 1.1rem; }
        .before li::after, .after li::before, .before + .itself::before, .itself:has(+ .after)::after { content: "";
          position: absolute; top: 50%; width: calc(1.1rem + 2px); border-top: 2px solid var(--line); }
        .graph ul:has(li:only-child) { border-color: transparent; } section + form > .scroll { margin-top: 1.2rem; }
        .before li::after, .itself::after { left: 100%; } .after li::before, .itself::before { right: 100%; }
        .code { margin-top: .5rem; } .code pre { margin-top: .4rem; }
        .progress { display: grid; grid-template-columns: minmax(0, 20rem) auto; gap: .8rem; align-items: center;
          margin: 0 0 1rem; }
        progress { width: 100%; height: .55rem; accent-color: var(--accent); }
        svg.share { display: block; width: 100%; min-width: 7rem; height: 8px; border-radius: 4px; margin: .4rem 0; }
        svg .good { fill: var(--good); } svg .bad { fill: var(--bad); } svg .warn { fill: var(--warn); }
        svg .soft { fill: var(--soft); } svg .rest { fill: var(--soft-ground); }
        .figure { margin: .4rem 0; } .figure strong { font-size: 2rem; font-weight: 600; letter-spacing: -.02em;
          font-variant-numeric: tabular-nums; } svg .busy { fill: var(--busy); }
        .chart p { margin: .2rem 0; } svg.bars { display: block; width: 100%; height: auto;
          overflow: visible; margin: .5rem 0 .7rem; }
        svg .grid { stroke: var(--line); stroke-width: .6; } svg text { fill: var(--soft); font-size: 6.5px; }
        .legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-variant-numeric: tabular-nums; }
        .key::before { content: ""; display: inline-block; width: .65rem; height: .65rem; border-radius: 2px;
          background: currentColor; margin-right: .4rem; }

        """

    private static let tables = """
        .scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; box-shadow: var(--shadow);
          background: linear-gradient(to right, var(--card) 1rem, transparent) 0 / 3rem 100% no-repeat local,
          linear-gradient(to left, var(--card) 1rem, transparent) 100% / 3rem 100% no-repeat local,
          linear-gradient(to right, var(--edge), transparent) 0 / 1rem 100% no-repeat,
          linear-gradient(to left, var(--edge), transparent) 100% / 1rem 100% no-repeat, var(--card); }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .45rem .75rem; border-bottom: 1px solid var(--line); vertical-align: top; }
        tr:last-child td { border-bottom: 0; }
        th { font-size: .76rem; font-weight: 600; color: var(--soft); white-space: nowrap; }
        tbody tr:hover { background: var(--hover); }
        td .button, td button { padding-block: .15rem; } td input:not([type=checkbox]) { padding-block: .15rem; \
        width: 7rem; }
        .scroll + .filters, .card + .filters { margin-top: .9rem; }
        .row { display: flex; gap: .5rem; align-items: center; }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .number a { text-decoration: none; } .number a:hover { text-decoration: underline; }
        .zero { color: var(--soft); }
        td.main { min-width: 12rem; } td.main a { font-weight: 550; text-decoration: none; color: var(--ink); }
        td.main a:hover { text-decoration: underline; } td.main .state { margin-left: .5rem; }
        .under { display: block; color: var(--soft); font-size: .8rem; }
        .mono, pre, code { font-family: var(--mono); font-size: .86em; }
        .wrap, .named, .said { overflow-wrap: anywhere; } td.wrap { min-width: 10rem; }
        td.named { min-width: 6rem; }
        time { white-space: nowrap; font-variant-numeric: tabular-nums; }

        """

    private static let forms = """
        .scroll + .actions { margin-top: .9rem; } @media (max-width: 82rem) { th, td { padding-inline: .5rem; } }
        .filters, .actions { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: 0 0 1rem; }
        .filters .filters { margin: 0; flex: 1 1 auto; } .below { margin: .8rem 0 0; align-items: center; }
        #jobs:not(:has(input)) + .below { display: none; }
        label { display: grid; gap: .15rem; font-size: .8rem; color: var(--soft); }
        label.check { grid-auto-flow: column; align-items: center; gap: .4rem; padding-bottom: .45rem; }
        input, select, textarea, button, .button { font: inherit; color: var(--ink); background: var(--card);
          border: 1px solid var(--line); border-radius: 7px; padding: .33rem .65rem; max-width: 100%; }
        input:not([type]), input[type=search] { width: 11rem; }
        input[type=checkbox] { width: 1rem; height: 1rem; accent-color: var(--accent); margin: .2rem 0 0; }
        ::placeholder { color: var(--soft); opacity: .8; }
        button, .button { cursor: pointer; background: var(--accent); color: var(--accent-ink); text-decoration: none;
          border-color: transparent; font-weight: 550; white-space: nowrap; }
        button.quiet, .button.quiet { background: var(--card); color: var(--ink); border-color: var(--line); }
        button.quiet:hover, .button.quiet:hover { background: var(--hover); }
        button.danger { background: var(--card); color: var(--bad); border-color: var(--line); }
        button.danger:hover { background: var(--bad-ground); border-color: var(--bad); }
        form.inline { display: inline-flex; gap: .35rem; flex-wrap: nowrap; align-items: end; }
        form.inline input { min-width: 0; width: 9rem; } form.inline input[type=datetime-local] { width: 13rem; }
        td form.inline input { width: 5.5rem; }
        .form { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .85rem 1.25rem; max-width: \
        52rem; }
        .form input, .form select, .form textarea { width: 100%; } .form .whole, .form .help { grid-column: 1 / -1; }
        .form .help { margin: -.5rem 0 0; font-size: .82rem; } .form .actions { margin: 0; }
        .everything, .narrow { margin: .6rem 0; } .narrow .filters { margin-top: .5rem; }
        .past input[type=range] { width: min(24rem, 60vw); }
        .exports { color: var(--soft); font-size: .86rem; margin: .6rem 0; }
        .pages { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1rem 0; }
        .sign-in { max-width: 22rem; display: grid; gap: .9rem; } .sign-in input { width: 100%; }
        .chips { display: flex; flex-wrap: wrap; gap: .35rem; margin: 0 0 1rem; padding: 0; list-style: none; }
        .chips a { display: block; padding: .2rem .7rem; border: 1px solid var(--line); border-radius: 99px;
          text-decoration: none; color: var(--soft); background: var(--card); font-size: .86rem; }
        .chips a:hover { color: var(--ink); border-color: var(--soft); }
        .chips b { font-weight: 600; font-variant-numeric: tabular-nums; }
        .chips a[aria-current] { color: var(--accent-ink); background: var(--accent); border-color: var(--accent); }

        """

    private static let details = """
        pre { margin: 0; padding: .85rem 1.1rem; overflow: auto; max-height: 30rem; background: var(--card);
          border: 1px solid var(--line); border-radius: 10px; white-space: pre-wrap; overflow-wrap: anywhere;
          line-height: 1.55; box-shadow: var(--shadow); }
        pre.error { background: var(--bad-ground); border-color: transparent; }
        pre + pre { margin-top: .5rem; }
        .timeline { list-style: none; margin: 0; padding: 0 0 0 .3rem; }
        .timeline > li { border-left: 2px solid var(--line); padding: 0 0 .9rem 1.1rem; position: relative;
          color: var(--ink); }
        .timeline > li:last-child { border-color: transparent; padding-bottom: 0; }
        .timeline > li::before { content: ""; position: absolute; left: -6px; top: .4rem; width: 10px; height: 10px;
          border-radius: 50%; background: var(--soft); box-shadow: 0 0 0 3px var(--page); }
        .timeline .good::before { background: var(--good); } .timeline .bad::before { background: var(--bad); }
        .timeline .warn::before { background: var(--warn); } .timeline .busy::before { background: var(--busy); }
        .timeline .head { display: flex; flex-wrap: wrap; gap: 0 .8rem; align-items: baseline; font-size: .86rem; }
        .timeline strong { font-size: .95rem; font-weight: 600; } .timeline strong::first-letter { text-transform: \
        uppercase; }
        .timeline p { margin: .1rem 0 0; color: var(--soft); overflow-wrap: anywhere; }
        .timeline details { margin-top: .35rem; } summary { cursor: pointer; color: var(--accent); }
        .log { list-style: none; margin: 0; padding: .5rem 0; background: var(--card); border: 1px solid var(--line);
          border-radius: 10px; font-family: var(--mono); font-size: .8rem; overflow-x: auto; }
        .log li { display: grid; grid-template-columns: 13rem 4.5rem 3.5rem minmax(0, 1fr); gap: .7rem;
          padding: .12rem 1rem; } .log li:hover { background: var(--hover); }
        .log .said { color: var(--ink); white-space: pre-wrap; } .log .soft .said { color: var(--soft); }
        .tools, .hits { display: flex; flex-wrap: wrap; gap: .3rem .9rem; align-items: center; margin: 0 0 .7rem; }
        .tools label.check { padding: 0; font-size: .86rem; } .tools input { margin: 0; }
        mark { background: var(--warn-ground); color: inherit; border-radius: 3px; outline: 1px solid var(--warn); }
        .hit.current mark, .hit:target mark, .hit:has(:target) mark { background: var(--warn); color: var(--card); }
        .log .step { margin-left: .5rem; padding: 0 .3rem; }
        .log time { color: var(--soft); overflow: hidden; text-overflow: ellipsis; }

        """

    private static let phones = """
        @media (max-width: 48rem) { .columns { grid-template-columns: minmax(0, 1fr); } }
        @media (max-width: 40rem) { main { padding: .8rem .9rem 2rem; } .bar { padding: .5rem .9rem; }
          nav.main { order: 3; flex-basis: 100%; } .who { margin-left: auto; } footer { padding: .9rem; }
          th, td { padding: .42rem .6rem; } .form { grid-template-columns: minmax(0, 1fr); }
          .filters > label { flex: 1 1 8rem; } .filters input, .filters select { width: 100%; }
          .tiles { gap: .5rem; } .tile { padding: .5rem .6rem; } .tile strong { font-size: 1.15rem; }
          .facts { grid-template-columns: minmax(0, 1fr); gap: 0; } .facts dd { margin-bottom: .5rem; }
          .remarks li { grid-template-columns: minmax(0, 1fr); gap: .1rem; }
          .graph { flex-direction: column; align-items: stretch; gap: .5rem; }
          .graph ul.before, .graph ul.after { border: 0; padding: 0; } .graph .node.itself { margin: 0; }
          .graph .node::before, .graph .node::after { display: none; }
          .graph .before::after, .graph .after::before { content: "↓"; color: var(--soft); justify-self: center; }
          .log li { grid-template-columns: auto auto minmax(0, 1fr); gap: 0 .6rem; } .log .said { grid-column: 1 / -1; }
          .folds thead:not(:has(input)), .folds th:not(:has(input)) { position: absolute; width: 1px; height: 1px;
          padding: 0; overflow: hidden; clip-path: inset(50%); } .folds th { border: 0; padding: 0; }
          .folds tr { display: flex; flex-wrap: wrap; gap: .1rem .7rem; padding: .5rem .7rem;
            border-bottom: 1px solid var(--line); } .folds tr:last-child { border-bottom: 0; }
          .folds td { border: 0; padding: 0; } .folds td.wrap { flex: 1 1 100%; } .folds td.named { min-width: 0; }
          .folds td:empty, .folds td.zero { display: none; }
          .folds td.main { flex: 1 1 70%; } .folds td[data-label]::before { content: attr(data-label) " ";
          color: var(--soft); }
          svg text { font-size: 17px; } .actions form.inline { flex-wrap: wrap; } .tile span { font-size: .74rem; }
          .tile { padding-inline: .5rem; overflow: hidden; } }
        @media (prefers-reduced-motion: no-preference) { a, button, .tile { transition: background .12s, \
        border-color .12s; } }

        """
}
