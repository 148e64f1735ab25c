import AudioCore
import AudioPipeline
import AudioProcessing
import Logging
import Primitives
import Synchronization
import Testing

@testable import AudioDevices

/// A device that a test breaks and mends. Used on the test's thread only.
private final class FakePort: CaptureSource, PlaybackSink, DevicePort, @unchecked Sendable {
    var fault: DeviceFault?
    var canRecover = true
    private(set) var recoveries = 0
    private(set) var isClosed = false

    var delay: Duration { .zero }
    func read(into frame: borrowing AudioFrame) -> Bool { true }
    func write(_ frame: borrowing AudioFrame) {}
    func takeFault() -> DeviceFault? {
        defer { fault = nil }
        return fault
    }
    func recover() -> Bool {
        recoveries += 1
        return canRecover
    }
    func service() {}
    func close() { isClosed = true }
}

private final class FakeBackend: DeviceBackend {
    var present: [AudioDevice] = [
        AudioDevice(id: "default", kind: .input, label: "Default", groupID: "a"),
        AudioDevice(id: "usb", kind: .input, label: "USB", groupID: "b"),
        AudioDevice(id: "default", kind: .output, label: "Default", groupID: "a"),
    ]
    var isListStale = false
    var canOpen = true
    private(set) var opened: [FakePort] = []
    private(set) var records: [DeviceRecord] = []

    func list() -> [AudioDevice] {
        isListStale = false
        return present
    }
    func hasChanged() -> Bool { isListStale }
    var pollPeriod: Duration? { .seconds(2) }
    var servicePeriod: Duration? { nil }
    func openSource(_ device: AudioDevice, record: DeviceRecord) throws(AudioDeviceError) -> Source { try open(record) }
    func openSink(_ device: AudioDevice, record: DeviceRecord) throws(AudioDeviceError) -> Sink { try open(record) }

    private func open(_ record: DeviceRecord) throws(AudioDeviceError) -> FakePort {
        guard canOpen else { throw AudioDeviceError(.notReadable, "it is busy") }
        opened.append(FakePort())
        records.append(record)
        return opened[opened.count - 1]
    }
}

private final class Waker: GraphWaker {
    func wakeLoop() {}
    func wakeCollector() {}
}

/// A table with fake devices, and the graph ticked by hand.
private final class TableRig {
    let backend = FakeBackend()
    let control = GraphControl()
    let graph: AudioGraph
    let table: DeviceTable
    let events: Events
    var now = Instant.zero + .seconds(10)

    final class Events: Sendable {
        private let list = Mutex<[String]>([])
        func add(_ event: AudioSystemEvent) {
            let text =
                switch event {
                case .devicesChanged(let devices): "devices \(devices.count)"
                case .microphoneInterrupted(let microphone): "interrupted \(microphone.id)"
                case .speakerInterrupted(let speaker): "interrupted \(speaker.id)"
                case .microphoneResumed(let microphone): "resumed \(microphone.id)"
                case .speakerResumed(let speaker): "resumed \(speaker.id)"
                case .microphoneEnded(let microphone, let reason): "ended \(microphone.id): \(reason)"
                case .speakerEnded(let speaker, let reason): "ended \(speaker.id): \(reason)"
                }
            list.withLock { $0.append(text) }
        }
        var all: [String] { list.withLock(\.self) }
    }

    init() {
        graph = AudioGraph(control: control, waker: Waker())
        events = Events()
        table = DeviceTable(backend: backend, graph: control, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })) {
            [events] in events.add($0)
        }
    }

    func pass(_ duration: Duration) -> Instant? {
        now += duration
        graph.tick(at: now)
        return table.service(at: now)
    }
}

@Suite struct DeviceTableTests {
    @Test("one device is opened once for many microphones, and closed with the last of them, after the audio thread has let go")
    func sharing() throws {
        let rig = TableRig()
        let first = try rig.table.openMicrophone("usb", options: CaptureOptions())
        let second = try rig.table.openMicrophone("usb", options: CaptureOptions())
        #expect(rig.backend.opened.count == 1)
        #expect(first.id != second.id && first.chain !== second.chain && first.device.label == "USB")
        _ = rig.pass(.milliseconds(10))
        rig.table.close(first)
        rig.table.close(first)
        _ = rig.pass(.milliseconds(10))
        #expect(!rig.backend.opened[0].isClosed)
        rig.table.close(second)
        #expect(!rig.backend.opened[0].isClosed)
        _ = rig.pass(.milliseconds(10))
        #expect(rig.backend.opened[0].isClosed)
        #expect(rig.graph.isIdle)
    }

    @Test("a device that is not listed is not found, one that does not open says why, and neither leaves anything open")
    func failures() {
        let rig = TableRig()
        #expect(throws: AudioDeviceError(.notFound, "")) { try rig.table.openSpeaker("usb") }
        rig.backend.canOpen = false
        #expect(throws: AudioDeviceError(.notReadable, "")) { try rig.table.openMicrophone("usb", options: CaptureOptions()) }
        rig.graph.tick(at: rig.now)
        #expect(rig.graph.isIdle)
    }

    @Test("an overrun is mended where it is and nobody hears of it")
    func overrun() throws {
        let rig = TableRig()
        _ = try rig.table.openMicrophone("usb", options: CaptureOptions())
        rig.backend.opened[0].fault = .stopped
        _ = rig.pass(.milliseconds(10))
        #expect(rig.backend.opened[0].recoveries == 1)
        #expect(rig.backend.opened.count == 1 && rig.events.all.isEmpty)
    }

    @Test("the default microphone that vanishes is interrupted, tried again, and resumes on a new port that goes on counting")
    func resuming() throws {
        let rig = TableRig()
        let microphone = try rig.table.openMicrophone("default", options: CaptureOptions())
        rig.backend.canOpen = false
        rig.backend.opened[0].fault = .lost(reason: "the server died")
        let next = rig.pass(.milliseconds(10))
        #expect(rig.backend.opened[0].isClosed)
        #expect(next == rig.now + .milliseconds(500))
        _ = rig.pass(.milliseconds(600))
        #expect(rig.events.all == ["interrupted \(microphone.id)"])
        rig.backend.canOpen = true
        _ = rig.pass(.milliseconds(600))
        #expect(rig.events.all == ["interrupted \(microphone.id)", "resumed \(microphone.id)"])
        #expect(rig.backend.records[1].initial.reopenings == 1)
        #expect(rig.backend.records[1].live === microphone.statistics)
    }

    @Test("a device chosen by name that vanishes ends at once; the default one after five seconds; asking again tries again")
    func ending() throws {
        let rig = TableRig()
        let named = try rig.table.openMicrophone("usb", options: CaptureOptions())
        let speaker = try rig.table.openSpeaker("default")
        rig.backend.canOpen = false
        for port in rig.backend.opened { port.fault = .lost(reason: "unplugged") }
        _ = rig.pass(.milliseconds(10))
        #expect(rig.events.all == ["ended \(named.id): it is busy", "interrupted \(speaker.id)"])
        for _ in 0..<12 { _ = rig.pass(.milliseconds(500)) }
        #expect(rig.events.all.last == "ended \(speaker.id): it is busy")
        #expect(rig.events.all.count == 3)
        rig.backend.canOpen = true
        let again = try rig.table.openMicrophone("usb", options: CaptureOptions())
        #expect(again.statistics === named.statistics)
        #expect(rig.backend.opened.count == 3)
        rig.table.close(named)
        rig.table.close(again)
        _ = rig.pass(.milliseconds(10))
        #expect(rig.backend.opened[2].isClosed)
    }

    @Test("the list is read again only when something has changed, and told only when it differs")
    func hotPlug() {
        let rig = TableRig()
        _ = rig.pass(.milliseconds(10))
        rig.backend.isListStale = true
        _ = rig.pass(.seconds(2))
        #expect(rig.events.all.isEmpty)
        rig.backend.present.removeLast()
        _ = rig.pass(.seconds(2))
        #expect(rig.events.all.isEmpty)
        rig.backend.isListStale = true
        _ = rig.pass(.seconds(2))
        #expect(rig.events.all == ["devices 2"])
        #expect(rig.table.devices.count == 2)
    }

    @Test("closing everything closes every port")
    func closingAll() throws {
        let rig = TableRig()
        _ = try rig.table.openMicrophone("usb", options: CaptureOptions())
        _ = try rig.table.openSpeaker("default")
        rig.control.close()
        rig.table.closeAll()
        #expect(rig.backend.opened.map(\.isClosed) == [true, true])
    }
}
