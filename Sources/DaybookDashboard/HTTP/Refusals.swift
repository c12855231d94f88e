internal import DaybookModel

/// Answers that say no in one place and one form: a sentence in JSON, the same to everyone.
enum Refusals {
    static func bad(_ error: BadRequest) -> DashboardResponse {
        var response = answer(error.status, "The request was not taken: \(error.reason).")
        response.fields.append(HTTPField("connection", "close"))
        response.fields += SecurityFields.all
        return response
    }

    static func answer(_ status: Int, _ sentence: String) -> DashboardResponse {
        var json = JSONWriter()
        json.object { json in
            json.field("status", status)
            json.field("error", sentence)
        }
        return .json(status, json.bytes + [0x0A])
    }
}
