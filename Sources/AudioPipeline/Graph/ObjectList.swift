/// The audio thread's list of objects of one kind: a fixed number of places, in the order added, nothing allocated after `init`.
///
/// The list holds a reference to each object. Removing hands that reference to the caller (retained), since the audio thread must
/// not be the one that drops the last.
struct ObjectList<Element: AnyObject>: ~Copyable {
    private let places: UnsafeMutablePointer<Element>
    private(set) var count = 0
    let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        places = .allocate(capacity: capacity)
    }

    deinit {
        places.deinitialize(count: count)
        places.deallocate()
    }

    subscript(index: Int) -> Element { places[index] }

    /// The object's place, or `nil`.
    func index(of element: Element) -> Int? {
        for index in 0..<count where places[index] === element { return index }
        return nil
    }

    /// `false` where the list is full or holds the object already.
    mutating func append(_ element: Element) -> Bool {
        guard count < capacity, index(of: element) == nil else { return false }
        (places + count).initialize(to: element)
        count += 1
        return true
    }

    /// Takes the object out; `false` where it is not in.
    mutating func remove(_ element: Element) -> Bool {
        guard let index = index(of: element) else { return false }
        // The caller holds a reference of its own (its command does), so that dropping the list's frees nothing.
        (places + index).deinitialize(count: 1)
        (places + index).moveInitialize(from: places + index + 1, count: count - index - 1)
        count -= 1
        return true
    }
}
