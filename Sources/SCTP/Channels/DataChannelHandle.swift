/// Names a channel within its connection: positive ones come from the page, negative ones are of channels that the peer has opened.
package struct DataChannelHandle: Sendable, Hashable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }
}
