/// The session layer's times.
package struct SessionTiming: Sendable {
    /// The relay asks for a sign of life when it has heard nothing for so long.
    package var heartbeat = Duration.seconds(1)
    /// A channel on which the relay has heard nothing for so long is a black hole (a server keeps the old handle open after a reconnect and
    /// drops what is written to it).
    package var silence = Duration.seconds(3)
    /// The engine lets go of a channel that has been silent for so long; longer than the relay's, who can do something about it.
    package var abandonment = Duration.seconds(6)
    /// How long the relay waits for the first answer before it tells the browser that there is none.
    package var firstAnswer = Duration.milliseconds(1800)
    /// How long one attempt to open and greet may take once there is a session to be resumed.
    package var answer = Duration.seconds(3)
    /// An acknowledgement waits this long for data to travel with.
    package var acknowledgement = Duration.milliseconds(100)
    /// Between attempts to find the channel again, the first one and the longest; each is twice the one before. A channel
    /// whose server must not be asked as often refuses by itself.
    package var retry = (first: Duration.milliseconds(100), longest: Duration.seconds(1))
    /// How long the engine keeps a session without channel, its calls going on.
    package var lease = Duration.seconds(120)

    /// The same, for a session over which nothing was ever said.
    package var untouched = Duration.seconds(10)

    package init() {}
}
