#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The command line tool, `daybook`.
@main
enum Main {
    static func main() {
        StandardStreams.prepare()
        CrashGuard.install()
        StopGuard.install()
        exit(CommandLineTool.run().rawValue)
    }
}
