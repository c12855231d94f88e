/// The fields that a body is made of. A number belongs to its field for ever; the name is what exports show.
public enum Field: UInt32, CaseIterable, Sendable {
    // About the log and its processes.
    case identity = 1
    case format = 2
    case program = 3
    case previousHead = 4
    case processID = 5
    case host = 6
    case user = 7
    case boot = 8
    case client = 9
    case names = 10
    case command = 11
    case first = 12
    case last = 13
    case stepMicroseconds = 14
    case digest = 15
    case note = 16
    case leaseMicroseconds = 17
    case scope = 18
    case keepMicroseconds = 19
    case base = 20
    case root = 21
    case secret = 25
    case permission = 27
    case request = 28
    case source = 29

    // About a job.
    case name = 32
    case argumentsVersion = 33
    case queue = 34
    case priority = 35
    case due = 36
    case expires = 37
    case key = 38
    case requestID = 39
    case attempts = 40
    case retry = 41
    case timeoutMicroseconds = 42
    case tags = 43
    case tenant = 44
    case display = 45
    case onExhaustion = 46
    case batch = 47
    case after = 48
    case retryOnly = 49
    case retryNever = 50
    case rerunOf = 51
    case parent = 57
    case cursor = 58

    // About what became of it.
    case reason = 64
    case errorType = 65
    case ranMicroseconds = 66
    case charged = 67
    case was = 68
    case what = 69
    case original = 70
    case started = 71
    case level = 72
    case lines = 73
    case fraction = 74
    case step = 75
    case state = 76
    case paused = 77
    case limit = 78
    case planned = 79
    case howMany = 80
    case counters = 81

    // About recurring jobs.
    case recurringID = 96
    case definition = 97
    case earlier = 98
    case description = 99
    case group = 100
    case schedule = 101
    case zone = 102
    case zoneData = 103
    case misfire = 104
    case misfireMax = 105
    case overlap = 106
    case lateMicroseconds = 107
    case jitterMicroseconds = 108
    case starts = 109
    case ends = 110
    case manual = 111
    case origin = 112
    case broken = 113
    case next = 114
    case nextDue = 115
    case expiresAfterMicroseconds = 116
    case plannedLast = 117
    case until = 118

    // About uniqueness and limits.
    case unique = 119
    case uniqueForMicroseconds = 120
    case limitedBy = 121
    case serial = 122
    case limitKeys = 123
    case rate = 124
    case windowMicroseconds = 125
    case sliding = 126
    case weight = 127

    // What belongs to the user: the payload.
    case args = 128
    case result = 129
    case error = 130
    case text = 131
    case metadata = 132
    case statistics = 133
    case log = 134
    /// All of the above, under a key.
    case sealed = 135

    /// The name under which exports show the field.
    public var name: String { String(describing: self) }

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

    /// The field of that name, if there is one.
    public init?(name: String) {
        guard let field = Field.byName[name] else { return nil }
        self = field
    }

    /// How a field's content is stored and shown.
    public enum Form: Sendable {
        case number, signed, flag, instant, text, hex, json
    }

    /// How this field is stored and shown.
    public var form: Form {
        switch self {
        case .format, .processID, .command, .first, .last, .argumentsVersion, .attempts, .timeoutMicroseconds, .batch,
            .leaseMicroseconds, .ranMicroseconds, .original, .level, .fraction, .limit, .howMany, .parent, .cursor,
            .definition, .earlier, .misfireMax, .lateMicroseconds, .jitterMicroseconds, .expiresAfterMicroseconds,
            .uniqueForMicroseconds, .rate, .windowMicroseconds, .weight, .keepMicroseconds, .rerunOf:
            .number
        case .priority, .stepMicroseconds: .signed
        case .charged, .paused, .started, .manual, .serial, .sliding: .flag
        case .due, .expires, .planned, .starts, .ends, .next, .nextDue, .plannedLast, .until: .instant
        case .identity, .previousHead, .digest, .sealed, .base, .root: .hex
        case .args, .result, .statistics, .counters: .json
        case .permission, .request, .source, .program, .host, .user, .boot, .client, .names, .note, .name, .queue, .key,
            .requestID, .retry, .tags,
            .tenant,
            .display, .onExhaustion, .after, .retryOnly, .retryNever, .reason, .errorType, .was, .what, .lines, .step,
            .state, .recurringID, .description, .group, .schedule, .zone, .zoneData, .misfire, .overlap, .origin,
            .broken, .unique, .limitedBy, .limitKeys, .secret, .scope,
            .error, .text, .metadata, .log:
            .text
        }
    }

    /// Whether the field may stand several times in one body; exports show it as an array.
    public var isList: Bool {
        switch self {
        case .names, .tags, .after, .retryOnly, .retryNever, .metadata, .lines, .log, .limitKeys, .secret: true
        default: false
        }
    }

    /// Whether the field belongs to the user and so to the payload.
    public var isPayload: Bool { rawValue >= 128 }
}
