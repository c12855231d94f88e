// What pages are made of: times, states, tables, facts, forms. Each of these is looked at once and for all.

internal import DaybookModel

extension Html {
    /// A time, which browsers show in their own zone.
    mutating func time(_ instant: Instant) {
        let text = instant.forPeople
        element("time", [.named("datetime", text)], text.replacing("T", with: " ").replacing("Z", with: ""))
    }

    /// How long ago, or how long until, with the time itself behind it for those who point at it.
    mutating func age(_ instant: Instant, _ now: Instant) {
        let text = instant.forPeople
        element(
            "time",
            [
                .named("datetime", text), .named("data-age", asOf?.iso8601() ?? ""), .named("title", text),
            ],
            Texts.age(microseconds: now.microseconds - instant.microseconds))
    }

    mutating func state(_ state: JobState) {
        element("span", [.class("state \(state.tone)")], Texts.state(state))
    }

    mutating func badge(_ text: String, _ tone: String = "") {
        element("span", [.class(tone.isEmpty ? "state" : "state \(tone)")], text)
    }

    mutating func link(_ link: PageLink, _ text: String) { element("a", [.href(link)], text) }

    mutating func note(_ text: String, isBad: Bool = false) {
        element("p", [.class(isBad ? "note bad" : "note"), .named("role", isBad ? "alert" : "status")], text)
    }

    /// A text in which what somebody looks for is marked. Both in small letters have the places of the text itself
    /// unless a letter changes its length with its case, which is rare: then all of it is marked.
    mutating func marked(_ words: String, _ wanted: String) {
        let (bytes, small) = (Array(words.utf8), Array(words.lowercased().utf8))
        let sought = Array(wanted.lowercased().utf8)
        guard bytes.count == small.count, !sought.isEmpty else { return element("mark", words) }
        var start = 0
        var place = 0
        while place + sought.count <= small.count {
            guard small[place] == sought[0], small[place..<(place + sought.count)].elementsEqual(sought) else {
                place += 1
                continue
            }
            text(String(decoding: bytes[start..<place], as: UTF8.self))
            element("mark", String(decoding: bytes[place..<(place + sought.count)], as: UTF8.self))
            place += sought.count
            start = place
        }
        text(String(decoding: bytes[start...], as: UTF8.self))
    }

    mutating func nothing(_ text: String) { element("p", [.class("nothing")], text) }

    /// A table that scrolls by itself where the window is narrow, or whose rows fold there.
    mutating func table(
        _ label: String, _ columns: [Column], isLive: String? = nil, folds: Bool = false, _ rows: (inout Html) -> Void
    ) {
        var attributes: [HtmlAttribute] = [
            .class(folds ? "scroll folds" : "scroll"), .named("role", "region"), .named("aria-label", label),
            .named("tabindex", "0"),
        ]
        if let isLive { attributes += [.id(isLive), .flag("data-live")] }
        element("div", attributes) { html in
            html.element("table") { html in
                html.element("thead") { html in
                    html.element("tr") { html in
                        for column in columns {
                            let name = column.title
                            html.element(
                                "th", [.named("scope", "col")] + (column.isNumber ? [.class("number")] : [])
                            ) { html in
                                if column.isHidden {
                                    html.element("span", [.class("unseen")], name)
                                } else {
                                    html.text(name)
                                }
                            }
                        }
                    }
                }
                html.element("tbody", [], rows)
            }
        }
    }

    struct Column {
        let title: String
        var isNumber = false
        /// Only for those who have the page read to them.
        var isHidden = false

        static func text(_ title: String) -> Column { Column(title: title) }
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
        static func hidden(_ title: String) -> Column { Column(title: title, isHidden: true) }
    }

    mutating func row(_ cells: (inout Html) -> Void) { element("tr", [], cells) }
    mutating func cell(_ text: String) { element("td", text) }
    mutating func cell(_ body: (inout Html) -> Void) { element("td", [], body) }
    mutating func wide(_ text: String) { element("td", [.class("wrap")], text) }
    mutating func number(_ number: some BinaryInteger) { element("td", [.class("number")], Texts.number(number)) }

    /// A part of a page with a heading.
    mutating func section(_ title: String, id: String? = nil, _ body: (inout Html) -> Void) {
        element("section", id.map { [.id($0)] } ?? []) { html in
            html.element("h2", title)
            body(&html)
        }
    }

    /// A list of names and what stands behind them.
    mutating func facts(_ body: (inout Html) -> Void) { element("dl", [.class("facts")], body) }

    mutating func fact(_ name: String, _ text: String?) {
        guard let text, !text.isEmpty else { return }
        fact(name) { $0.text(text) }
    }

    mutating func fact(_ name: String, _ body: (inout Html) -> Void) {
        element("dt", name)
        element("dd", [], body)
    }

    /// The whole list as a file.
    mutating func exports(_ frame: PageFrame, _ list: [String], _ query: [(String, String?)] = []) {
        element("p", [.class("exports")]) { html in
            html.text("\(Texts.wholeList) ")
            for format in ExportFormat.allCases {
                let link = frame.link(["api", "v1", "export"] + list, query + [("format", format.rawValue)])
                html.element("a", [.href(link), .flag("download")], format.rawValue.uppercased())
                html.text(" ")
            }
        }
    }

    /// Where a list goes on.
    mutating func pager(first: PageLink?, next: PageLink?) {
        guard first != nil || next != nil else { return }
        element("nav", [.class("pages"), .named("aria-label", Texts.morePages)]) { html in
            if let first { html.element("a", [.class("button quiet"), .href(first)], Texts.toFirst) }
            if let next { html.element("a", [.class("button quiet"), .href(next), .named("rel", "next")], Texts.goOn) }
        }
    }
}

// MARK: Forms

extension Html {
    mutating func input(_ label: String, _ name: String, _ value: String = "", _ more: [HtmlAttribute] = []) {
        element("label") { html in
            html.text(label)
            html.void("input", [.name(name), .value(value)] + more)
        }
    }

    /// A field for an instant. It is in UTC, as its label says; with script it is in the viewer's zone.
    mutating func instant(
        _ label: (utc: String, here: String), _ name: String, _ value: Instant? = nil, _ more: [HtmlAttribute] = []
    ) {
        let text = value.map { String($0.iso8601().prefix(19)) } ?? ""
        input(
            label.utc, name, text,
            [.type("datetime-local"), .named("step", "1"), .named("data-zoned", label.here)] + more)
    }

    mutating func hidden(_ name: String, _ value: String) {
        void("input", [.type("hidden"), .name(name), .value(value)])
    }

    mutating func choice(_ label: String, _ name: String, _ choices: [(value: String, text: String)], _ chosen: String)
    {
        element("label") { html in
            html.text(label)
            html.element("select", [.name(name)]) { html in
                for (value, text) in choices {
                    html.element("option", [.value(value)] + (value == chosen ? [.flag("selected")] : []), text)
                }
            }
        }
    }

    mutating func button(
        _ text: String, _ style: String = "", name: String? = nil, value: String = "", about: String? = nil,
        asks question: String? = nil
    ) {
        var attributes: [HtmlAttribute] = style.isEmpty ? [] : [.class(style)]
        if let about { attributes.append(.named("aria-label", "\(text) \(about)")) }
        if let name { attributes += [.name(name), .value(value)] }
        if let question { attributes.append(.named("data-confirm", question)) }
        element("button", attributes, text)
    }

    /// A form of a button, and a reason if one is asked for. Where a page has several of them, `about` tells them apart
    /// for those who have it read to them.
    mutating func action(
        _ frame: PageFrame, _ parts: [String], _ title: String, _ style: String = "quiet", next: String,
        about: String? = nil, asks question: String? = nil, hasReason: Bool = false
    ) {
        let whole = about.map { "\(title) \($0)" } ?? title
        let attributes: [HtmlAttribute] =
            [.class("inline")] + (question.map { [.named("data-confirm", $0)] } ?? [])
        frame.form(&self, parts, attributes) { html in
            html.hidden("next", next)
            if hasReason { html.reason(for: whole) }
            html.button(title, style, about: about)
        }
    }

    mutating func reason(for what: String) {
        void(
            "input",
            [
                .name("reason"), .named("placeholder", Texts.reason), .named("aria-label", Texts.reasonFor(what)),
                .named("maxlength", "1024"),
            ])
    }
}

extension JobState {
    /// The class that colours it.
    var tone: String {
        switch self {
        case .succeeded: "good"
        case .failed: "bad"
        case .parked: "warn"
        case .processing: "busy"
        case .awaiting, .scheduled, .enqueued, .cancelled: "soft"
        }
    }
}
