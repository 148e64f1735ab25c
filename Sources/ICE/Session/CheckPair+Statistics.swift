/// What getStats tells about a pair.
extension CheckPair {
    func statistics(isSelected: Bool) -> CandidatePairStatistics {
        CandidatePairStatistics(
            id: id, local: path?.local ?? local, remote: remote, base: base.address, priority: priority, state: state,
            isNominated: nomination == .done, isSelected: isSelected, requestsSent: requestsSent,
            requestsReceived: requestsReceived, responsesSent: responsesSent, responsesReceived: responsesReceived,
            consentRequestsSent: consentRequestsSent, currentRoundTripTime: currentRoundTripTime,
            totalRoundTripTime: totalRoundTripTime, roundTripTimeMeasurements: roundTripTimeMeasurements)
    }
}
