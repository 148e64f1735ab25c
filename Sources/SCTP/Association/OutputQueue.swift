/// What a machine has to say and nobody has fetched yet, oldest first; each costs the same however many there are.
struct OutputQueue<Output> {
    private var outputs: [Output] = []
    private var fetched = 0

    mutating func append(_ output: Output) { outputs.append(output) }

    mutating func popFirst() -> Output? {
        guard fetched < outputs.count else {
            outputs.removeAll(keepingCapacity: true)
            fetched = 0
            return nil
        }
        defer { fetched += 1 }
        return outputs[fetched]
    }
}
