internal import DaybookCrypto

/// What browsers load beside the pages. It is compiled in: there is no folder to get out of, and nothing to install.
enum Assets {
    static let style = Array(StyleSheet.text.utf8)
    static let script = Array(ClientScript.text.utf8)
    static let icon = Array(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" \
        fill="#2f5d50"/>\
        <path d="M9 8h11l4 4v12H9z" fill="none" stroke="#fff" stroke-width="2"/><path d="M12 14h9M12 18h9M12 22h5" \
        stroke="#fff" stroke-width="2"/></svg>
        """.utf8)

    /// In the addresses of what is compiled in, so that browsers may keep it for as long as it stays the same.
    static let version = Hex.text(Array(Digest.sha256(of: style + script + icon).prefix(6)))
}

enum AssetRoutes {
    static let all = [
        asset("style.css", "text/css; charset=utf-8", Assets.style),
        asset("script.js", "text/javascript; charset=utf-8", Assets.script),
        asset("icon.svg", "image/svg+xml", Assets.icon),
    ]

    private static func asset(_ name: String, _ type: String, _ bytes: [UInt8]) -> Route {
        Route("GET", "/assets/\(name)", .everyone, .plain, "A part of the pages", isPublicAsset: true) { _ in
            DashboardResponse(
                200, [HTTPField("content-type", type), HTTPField("cache-control", "public, max-age=86400")],
                body: bytes)
        }
    }
}
