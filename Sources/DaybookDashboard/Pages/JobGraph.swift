internal import DaybookLog

/// A job between what it waits for and who waits for it, as boxes with lines between them: a list for those who have it
/// read to them, from left to right on a desk and from top to bottom on a phone.
enum JobGraph {
    static func write(_ job: OneJob, _ frame: PageFrame, _ html: inout Html) {
        let around = job.relatives
        guard !around.parents.isEmpty || !around.children.isEmpty || around.batch != nil else { return }
        html.section(Texts.around) { html in
            if let batch = around.batch {
                html.element("p", [.class("soft")]) { html in
                    html.text("\(Texts.inBatch) ")
                    html.link(batch.link(frame), batch.title)
                    html.text(" \(batch.name ?? "") ")
                    standing(batch, &html)
                }
            }
            guard !around.parents.isEmpty || !around.children.isEmpty else { return }
            let attributes: [HtmlAttribute] = [
                .class("graph"), .named("role", "group"), .named("aria-label", Texts.around), .named("tabindex", "0"),
            ]
            html.element("div", attributes) { html in
                side(around.parents, "before", Texts.parents, frame, &html)
                html.element("div", [.class("node itself")]) { html in
                    html.element("strong", Texts.jobNumber(job.summary.sequence))
                    html.text(" ")
                    html.state(job.summary.state)
                    html.element("span", [.class("under")], job.summary.name)
                }
                side(around.children, "after", Texts.children, frame, &html)
            }
            if around.hasMore { html.note(Texts.moreWait(around.children.count)) }
        }
    }

    private static func side(
        _ nodes: [JobRelatives.Node], _ place: String, _ title: String, _ frame: PageFrame, _ html: inout Html
    ) {
        guard !nodes.isEmpty else { return }
        html.element("ul", [.class(place), .named("aria-label", title)]) { html in
            for node in nodes {
                html.element("li", [.class("node")]) { html in
                    if let condition = node.condition {
                        html.element("span", [.class("under")], Texts.condition(condition))
                    }
                    html.link(node.link(frame), node.title)
                    html.text(" ")
                    standing(node, &html)
                    if let name = node.name { html.element("span", [.class("under")], name) }
                }
            }
        }
    }

    private static func standing(_ node: JobRelatives.Node, _ html: inout Html) {
        if let standing = node.standing {
            html.badge(Texts.standing(standing), standing.tone)
        } else if let state = node.state {
            html.state(state)
        } else {
            html.badge(Texts.deleted, "soft")
        }
    }
}
