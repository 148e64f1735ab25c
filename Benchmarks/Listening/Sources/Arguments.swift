/// Words, and options with a value each.
struct Arguments {
    private(set) var words: [String] = []
    private var options: [String: String] = [:]

    init(_ arguments: some Sequence<String>) {
        var name: String?
        for argument in arguments {
            if let option = name {
                options[option] = argument
                name = nil
            } else if argument.hasPrefix("--") {
                name = String(argument.dropFirst(2))
            } else {
                words.append(argument)
            }
        }
    }

    func text(_ name: String) -> String? { options[name] }
    func number(_ name: String, _ standard: Double) -> Double { options[name].flatMap(Double.init) ?? standard }
}
