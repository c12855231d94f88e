#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A program started as if from a shell: with no signal blocked or ignored, and with a process group of its own, so
/// that whatever it starts can be ended with it.
package struct ChildProcess {
    package let program: String
    /// Its arguments, its own name first.
    package let words: [String]
    package let environment: [String]

    /// What one of its descriptors is for it.
    package enum Stream {
        /// One of ours.
        case same(as: Int32)
        /// What it writes there is thrown away.
        case discarded
    }

    package struct Failure: Error {
        /// The system's number for it.
        package let code: Int32

        package init(code: Int32) {
            self.code = code
        }
    }

    package init(_ program: String, _ words: [String], environment: [String]) {
        self.program = program
        self.words = words
        self.environment = environment
    }

    /// Answers its process id, which is its group's number, too.
    package func start(_ streams: [Int32: Stream]) -> Result<Int32, Failure> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (its, stream) in streams.sorted(by: { $0.key < $1.key }) {
            switch stream {
            case .same(let ours): posix_spawn_file_actions_adddup2(&actions, ours, its)
            case .discarded: posix_spawn_file_actions_addopen(&actions, its, "/dev/null", O_WRONLY, 0)
            }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let words = copies(self.words)
        let environment = copies(self.environment)
        defer { for text in words + environment { free(text) } }
        var id: pid_t = 0
        let code = posix_spawn(&id, program, &actions, &attributes, words, environment)
        return code == 0 ? .success(id) : .failure(Failure(code: code))
    }

    /// Copies that end with nil, as `posix_spawn` wants them; the caller frees them.
    private func copies(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { text in text.withCString { strdup($0) } } + [nil]
    }
}
