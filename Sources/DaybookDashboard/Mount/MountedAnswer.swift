#if HummingbirdSupport || VaporSupport
    extension Dashboard {
        /// Answers a request that another server took in, on the threads that answer requests. `request` makes ours of
        /// it, and may refuse it.
        func answer(_ request: () async throws -> DashboardRequest) async throws -> DashboardResponse {
            do {
                let asked = try await request()
                let answer = Task(executorPreference: AnswerThreads.shared) { await self.respond(to: asked) }
                return await withTaskCancellationHandler {
                    await answer.value
                } onCancel: {
                    asked.client.leave()
                }
            } catch let error as BadRequest {
                return Refusals.bad(error)
            }
        }
    }

    extension DashboardResponse {
        /// Without those that say whether the connection goes on, which is the server's to say.
        var mountedFields: [HTTPField] { fields.filter { $0.name != "connection" } }

        var reason: String { AnswerWriter.reason(status) }
    }
#endif
