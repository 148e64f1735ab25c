/// What `collectLog` answers.
struct CollectedLog: Codable {
    /// The oldest first.
    var lines: [String]
}
