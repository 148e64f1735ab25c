/// Why `nearend echo` cannot be reached.
struct ListeningError: Error, CustomStringConvertible {
    let address: String
    let port: Int
    let reason: String

    var description: String { "\(address) port \(port) cannot be listened on: \(reason). “--port 0” takes a free one." }
}
