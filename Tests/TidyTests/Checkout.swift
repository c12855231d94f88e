import Foundation

/// The files that a commit would hold: those git knows, and new ones it does not ignore.
struct Checkout: Sendable {
    let files: [SourceFile]

    init(files: [SourceFile]) { self.files = files }

    func file(_ path: String) -> SourceFile? { files.first { $0.path == path } }

    /// The checkout these tests were built from, read once.
    static let current: Checkout = {
        let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let paths = pathsKnownToGit(top: top) ?? pathsOnDisk(top: top)
        return Checkout(
            files: paths.compactMap { path in
                let place = top.appending(path: path)
                // A link may point anywhere, and a file may be deleted but not yet committed as such.
                guard (try? FileManager.default.destinationOfSymbolicLink(atPath: place.path)) == nil,
                    let contents = try? Data(contentsOf: place)
                else { return nil }
                return SourceFile(path: path, contents: contents)
            })
    }()

    /// Nil where git or its folder is missing, or where the checkout merely lies inside somebody else's repository.
    private static func pathsKnownToGit(top: URL) -> [String]? {
        let git = Process()
        let output = Pipe()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = ["git", "-C", top.path, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        git.standardInput = FileHandle.nullDevice
        guard (try? git.run()) != nil else { return nil }
        let listing = (try? output.fileHandleForReading.readToEnd()) ?? Data()
        git.waitUntilExit()
        let paths = String(decoding: listing, as: UTF8.self).split(separator: "\0").map(String.init)
        return git.terminationStatus == 0 && paths.contains("Package.swift") ? paths.sorted() : nil
    }

    private static func pathsOnDisk(top: URL) -> [String] {
        let ignored: Set = [".build", ".swiftpm", ".git", ".venv", "__pycache__", "Package.resolved", "daybook-data"]
        var paths: [String] = []
        var folders = [""]
        while let folder = folders.popLast() {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: top.path + "/" + folder)) ?? []
            for name in names.sorted() where !ignored.contains(name) {
                let path = folder.isEmpty ? name : folder + "/" + name
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: top.path + "/" + path, isDirectory: &isFolder)
                if isFolder.boolValue { folders.append(path) } else { paths.append(path) }
            }
        }
        return paths.sorted()
    }
}

/// A checkout made of paths and texts, for trying a rule.
extension Checkout: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, String)...) {
        files = elements.map { SourceFile(path: $0.0, text: $0.1) }
    }
}
