/// What workers in other programs are answered with.
enum WorkAnswers {
    static let all: [String: AnswerShape] = [
        "POST /api/v1/claims": .object([
            AnswerField(
                "claims",
                .objects([
                    .number("token", "Names the claim in all that follows"), .number("job"), .number("attempt"),
                    .text("name"), .text("queue"), .number("version", "Of the arguments"),
                    AnswerField("tags", .list(.text)), .text("tenant").ifAny,
                    AnswerField("args", .any, "JSON as it is; what is none is a text").ifAny,
                ]))
        ]),
        "POST /api/v1/claims/{token}/extend": inForce,
        "POST /api/v1/claims/{token}/progress": inForce,
        "POST /api/v1/claims/{token}/log": inForce,
        "POST /api/v1/claims/{token}/succeed": .event,
        "POST /api/v1/claims/{token}/fail": .event,
        "POST /api/v1/claims/{token}/snooze": .event,
        "POST /api/v1/claims/{token}/return": .event,
    ]

    private static let inForce = AnswerShape.object([.flag("inForce", "Always true; 409 says that it is not")])
}
