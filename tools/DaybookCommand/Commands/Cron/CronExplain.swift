import DaybookModel

enum CronExplain {
    static let standardInput = Flag("--stdin", "expressions from standard input, a line of JSON each")

    static let description = CommandDescription(
        "cron explain", "what a cron expression means, in plain English",
        discussion: [
            "With --stdin each line is an object with the field expr; it is answered by an object with the fields "
                + "sentence and canonical, or with the field error."
        ],
        positionals: [CronNext.expression.description], options: [standardInput.description]
    ) { call, context in
        if call.has(standardInput) {
            guard call.positionals.isEmpty else {
                throw Failure.wrongCall("With --stdin everything stands in the lines; leave EXPR out.")
            }
            return try CronLines.answer(context, []) { text, _, json throws(Failure) in
                let expression = try CronLines.expression(text)
                json.object { write(expression, to: &$0) }
            }
        }
        guard let text = try call.value(CronNext.expression) else {
            throw Failure.wrongCall("EXPR is missing: give a cron expression in quotes, or --stdin.")
        }
        let expression = try CronLines.expression(text)
        try context.print { json in
            json.object { write(expression, to: &$0) }
        } text: {
            [expression.sentence]
        }
    }

    private static func write(_ expression: CronExpression, to json: inout JSONWriter) {
        json.field("sentence", expression.sentence)
        json.field("canonical", expression.canonical)
    }
}
