import Glibc

/// The Fourier transform of blocks of real samples, and back.
///
/// A complex transform of half the size (even samples real, odd ones imaginary) by Stockham's self-sorting passes of radix 4, 3 and 2. Loops run
/// over neighbours, so that they vectorise; tables and scratch are made once. A transform is used by one thread at a time.
final class FourierTransform {
    /// Samples in a block.
    let size: Int
    private let half: Int
    /// The radix of each pass behind the first, which is of radix 4.
    private let radices: [Int]
    private let firstReal: LaneBuffer
    private let firstImaginary: LaneBuffer
    private let secondReal: LaneBuffer
    private let secondImaginary: LaneBuffer
    /// exp(−2πi·m/half): the later passes take every fourth, sixteenth, … of it.
    private let passReal: LaneBuffer
    private let passImaginary: LaneBuffer
    /// The first pass's own: exp(−2πi·m·p/half) for m of 1, 2, 3 behind each other.
    private let startReal: LaneBuffer
    private let startImaginary: LaneBuffer
    /// exp(−2πi·k/size), which splits the halves.
    private let splitReal: LaneBuffer
    private let splitImaginary: LaneBuffer

    /// - Parameter size: a multiple of 32 without other prime factors than 2 and 3.
    init(size: Int) {
        precondition(size % 32 == 0, "blocks are of a multiple of 32 samples")
        let half = size / 2
        self.size = size
        self.half = half
        var radices: [Int] = []
        var rest = half / 4
        for radix in [4, 2, 3] {
            while rest % radix == 0 {
                radices.append(radix)
                rest /= radix
            }
        }
        precondition(rest == 1, "a block's size has no other prime factors than 2 and 3")
        self.radices = radices
        firstReal = LaneBuffer(half)
        firstImaginary = LaneBuffer(half)
        secondReal = LaneBuffer(half)
        secondImaginary = LaneBuffer(half)
        passReal = LaneBuffer(half)
        passImaginary = LaneBuffer(half)
        startReal = LaneBuffer(half / 4 * 3)
        startImaginary = LaneBuffer(half / 4 * 3)
        splitReal = LaneBuffer(half + 1)
        splitImaginary = LaneBuffer(half + 1)
        for index in 0..<half {
            let angle = -2 * Double.pi * Double(index) / Double(half)
            passReal.floats[index] = Float(cos(angle))
            passImaginary.floats[index] = Float(sin(angle))
        }
        for multiple in 1...3 {
            for index in 0..<half / 4 {
                startReal.floats[(multiple - 1) * (half / 4) + index] = passReal.floats[multiple * index]
                startImaginary.floats[(multiple - 1) * (half / 4) + index] = passImaginary.floats[multiple * index]
            }
        }
        for index in 0...half {
            let angle = -2 * Double.pi * Double(index) / Double(size)
            splitReal.floats[index] = Float(cos(angle))
            splitImaginary.floats[index] = Float(sin(angle))
        }
    }

    /// - Parameter samples: `size` of them. The transform is not scaled.
    func forward(_ samples: UnsafePointer<Float>, into spectrum: borrowing Spectrum) {
        for lane in 0..<half / 8 {
            let pairs = UnsafeRawPointer(samples + 16 * lane).loadUnaligned(as: SIMD16<Float>.self)
            firstReal.lanes[lane] = pairs.evenHalf
            firstImaginary.lanes[lane] = pairs.oddHalf
        }
        let (real, imaginary) = transform()
        let outReal = spectrum.real.floats, outImaginary = spectrum.imaginary.floats
        let turnReal = splitReal.floats, turnImaginary = splitImaginary.floats
        outReal[0] = real[0] + imaginary[0]
        outImaginary[0] = 0
        outReal[half] = real[0] - imaginary[0]
        outImaginary[half] = 0
        // Eight bins at a time, and their mirror images from behind; the compiler does not find that by itself. The last bins are done twice.
        var index = 1
        while index < half {
            let start = min(index, half - 8)
            let (xReal, xImaginary) = (Self.load(real, start), Self.load(imaginary, start))
            let (yReal, yImaginary) = (Self.loadReversed(real, half - start - 7), Self.loadReversed(imaginary, half - start - 7))
            let (wReal, wImaginary) = (Self.load(turnReal, start), Self.load(turnImaginary, start))
            let oddReal = 0.5 * (xImaginary + yImaginary), oddImaginary = 0.5 * (yReal - xReal)
            Self.store(0.5 * (xReal + yReal) + oddReal * wReal - oddImaginary * wImaginary, outReal, start)
            Self.store(0.5 * (xImaginary - yImaginary) + oddReal * wImaginary + oddImaginary * wReal, outImaginary, start)
            index += 8
        }
    }

    private static func load(_ source: UnsafePointer<Float>, _ index: Int) -> Lanes {
        UnsafeRawPointer(source + index).loadUnaligned(as: Lanes.self)
    }

    private static func loadReversed(_ source: UnsafePointer<Float>, _ index: Int) -> Lanes {
        let lanes = load(source, index)
        return Lanes(lanes[7], lanes[6], lanes[5], lanes[4], lanes[3], lanes[2], lanes[1], lanes[0])
    }

    private static func store(_ lanes: Lanes, _ target: UnsafeMutablePointer<Float>, _ index: Int) {
        UnsafeMutableRawPointer(target + index).storeBytes(of: lanes, as: Lanes.self)
    }

    /// - Parameter samples: takes `size` of them, scaled so that what went `forward` comes back as it was.
    func inverse(_ spectrum: borrowing Spectrum, into samples: UnsafeMutablePointer<Float>) {
        let inReal = spectrum.real.floats, inImaginary = spectrum.imaginary.floats
        let outReal = firstReal.floats, outImaginary = firstImaginary.floats
        let turnReal = splitReal.floats, turnImaginary = splitImaginary.floats
        // The conjugate goes through the forward passes; the result is conjugated and scaled on the way out.
        for start in stride(from: 0, to: half, by: 8) {
            let (xReal, xImaginary) = (Self.load(inReal, start), Self.load(inImaginary, start))
            let (yReal, yImaginary) = (Self.loadReversed(inReal, half - start - 7), Self.loadReversed(inImaginary, half - start - 7))
            let (wReal, wImaginary) = (Self.load(turnReal, start), Self.load(turnImaginary, start))
            let differenceReal = 0.5 * (xReal - yReal), differenceImaginary = 0.5 * (xImaginary + yImaginary)
            let oddReal = differenceReal * wReal + differenceImaginary * wImaginary
            let oddImaginary = differenceImaginary * wReal - differenceReal * wImaginary
            Self.store(0.5 * (xReal + yReal) - oddImaginary, outReal, start)
            Self.store(0.5 * (yImaginary - xImaginary) - oddReal, outImaginary, start)
        }
        let (real, imaginary) = transform()
        let scale = 1 / Float(half)
        for start in stride(from: 0, to: half, by: 8) {
            var pairs = SIMD16<Float>()
            pairs.evenHalf = scale * Self.load(real, start)
            pairs.oddHalf = -scale * Self.load(imaginary, start)
            UnsafeMutableRawPointer(samples + 2 * start).storeBytes(of: pairs, as: SIMD16<Float>.self)
        }
    }

    /// The complex transform of `first…`; says where it is.
    private func transform() -> (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) {
        firstPass(firstReal.floats, firstImaginary.floats, secondReal.floats, secondImaginary.floats)
        var size = half / 4
        var stride = 4
        var isInSecond = true
        for radix in radices {
            let inReal = isInSecond ? secondReal.floats : firstReal.floats
            let inImaginary = isInSecond ? secondImaginary.floats : firstImaginary.floats
            let outReal = isInSecond ? firstReal.floats : secondReal.floats
            let outImaginary = isInSecond ? firstImaginary.floats : secondImaginary.floats
            switch radix {
            case 4: passOfFour(size, stride, inReal, inImaginary, outReal, outImaginary)
            case 3: passOfThree(size, stride, inReal, inImaginary, outReal, outImaginary)
            default: passOfTwo(size, stride, inReal, inImaginary, outReal, outImaginary)
            }
            size /= radix
            stride *= radix
            isInSecond.toggle()
        }
        return isInSecond ? (secondReal.floats, secondImaginary.floats) : (firstReal.floats, firstImaginary.floats)
    }

    /// Radix 4 at stride one: neighbouring butterflies at a time, whose results are woven into each other.
    private func firstPass(
        _ inReal: UnsafeMutablePointer<Float>, _ inImaginary: UnsafeMutablePointer<Float>,
        _ outReal: UnsafeMutablePointer<Float>, _ outImaginary: UnsafeMutablePointer<Float>
    ) {
        let quarter = half / 4
        let turnReal = startReal.floats, turnImaginary = startImaginary.floats
        for p in 0..<quarter {
            let sumReal = inReal[p] + inReal[p + 2 * quarter], sumImaginary = inImaginary[p] + inImaginary[p + 2 * quarter]
            let lessReal = inReal[p] - inReal[p + 2 * quarter], lessImaginary = inImaginary[p] - inImaginary[p + 2 * quarter]
            let otherReal = inReal[p + quarter] + inReal[p + 3 * quarter]
            let otherImaginary = inImaginary[p + quarter] + inImaginary[p + 3 * quarter]
            let turnedReal = inImaginary[p + quarter] - inImaginary[p + 3 * quarter]
            let turnedImaginary = inReal[p + 3 * quarter] - inReal[p + quarter]
            let w1r = turnReal[p], w1i = turnImaginary[p]
            let w2r = turnReal[p + quarter], w2i = turnImaginary[p + quarter]
            let w3r = turnReal[p + 2 * quarter], w3i = turnImaginary[p + 2 * quarter]
            let aReal = lessReal + turnedReal, aImaginary = lessImaginary + turnedImaginary
            let bReal = sumReal - otherReal, bImaginary = sumImaginary - otherImaginary
            let cReal = lessReal - turnedReal, cImaginary = lessImaginary - turnedImaginary
            outReal[4 * p] = sumReal + otherReal
            outImaginary[4 * p] = sumImaginary + otherImaginary
            outReal[4 * p + 1] = aReal * w1r - aImaginary * w1i
            outImaginary[4 * p + 1] = aReal * w1i + aImaginary * w1r
            outReal[4 * p + 2] = bReal * w2r - bImaginary * w2i
            outImaginary[4 * p + 2] = bReal * w2i + bImaginary * w2r
            outReal[4 * p + 3] = cReal * w3r - cImaginary * w3i
            outImaginary[4 * p + 3] = cReal * w3i + cImaginary * w3r
        }
    }

    /// Radix 4 over `size` values at a stride that is a multiple of four.
    private func passOfFour(
        _ size: Int, _ stride: Int,
        _ inReal: UnsafeMutablePointer<Float>, _ inImaginary: UnsafeMutablePointer<Float>,
        _ outReal: UnsafeMutablePointer<Float>, _ outImaginary: UnsafeMutablePointer<Float>
    ) {
        let quarter = size / 4
        let apart = stride * quarter
        for p in 0..<quarter {
            let w1r = passReal.floats[p * stride], w1i = passImaginary.floats[p * stride]
            let w2r = passReal.floats[2 * p * stride], w2i = passImaginary.floats[2 * p * stride]
            let w3r = passReal.floats[3 * p * stride], w3i = passImaginary.floats[3 * p * stride]
            var q = 0
            while q < stride {
                let source = q + stride * p
                let target = q + stride * 4 * p
                let r0 = load(inReal + source), i0 = load(inImaginary + source)
                let r1 = load(inReal + source + apart), i1 = load(inImaginary + source + apart)
                let r2 = load(inReal + source + 2 * apart), i2 = load(inImaginary + source + 2 * apart)
                let r3 = load(inReal + source + 3 * apart), i3 = load(inImaginary + source + 3 * apart)
                let sumReal = r0 + r2, sumImaginary = i0 + i2
                let lessReal = r0 - r2, lessImaginary = i0 - i2
                let otherReal = r1 + r3, otherImaginary = i1 + i3
                let turnedReal = i1 - i3, turnedImaginary = r3 - r1
                let aReal = lessReal + turnedReal, aImaginary = lessImaginary + turnedImaginary
                let bReal = sumReal - otherReal, bImaginary = sumImaginary - otherImaginary
                let cReal = lessReal - turnedReal, cImaginary = lessImaginary - turnedImaginary
                store(sumReal + otherReal, outReal + target)
                store(sumImaginary + otherImaginary, outImaginary + target)
                store(aReal * w1r - aImaginary * w1i, outReal + target + stride)
                store(aReal * w1i + aImaginary * w1r, outImaginary + target + stride)
                store(bReal * w2r - bImaginary * w2i, outReal + target + 2 * stride)
                store(bReal * w2i + bImaginary * w2r, outImaginary + target + 2 * stride)
                store(cReal * w3r - cImaginary * w3i, outReal + target + 3 * stride)
                store(cReal * w3i + cImaginary * w3r, outImaginary + target + 3 * stride)
                q += 4
            }
        }
    }

    /// Radix 3, likewise.
    private func passOfThree(
        _ size: Int, _ stride: Int,
        _ inReal: UnsafeMutablePointer<Float>, _ inImaginary: UnsafeMutablePointer<Float>,
        _ outReal: UnsafeMutablePointer<Float>, _ outImaginary: UnsafeMutablePointer<Float>
    ) {
        let third = size / 3
        let apart = stride * third
        let sine: Float = 0.866_025_4
        for p in 0..<third {
            let w1r = passReal.floats[p * stride], w1i = passImaginary.floats[p * stride]
            let w2r = passReal.floats[2 * p * stride], w2i = passImaginary.floats[2 * p * stride]
            var q = 0
            while q < stride {
                let source = q + stride * p
                let target = q + stride * 3 * p
                let r0 = load(inReal + source), i0 = load(inImaginary + source)
                let r1 = load(inReal + source + apart), i1 = load(inImaginary + source + apart)
                let r2 = load(inReal + source + 2 * apart), i2 = load(inImaginary + source + 2 * apart)
                let sumReal = r1 + r2, sumImaginary = i1 + i2
                let middleReal = r0 - 0.5 * sumReal, middleImaginary = i0 - 0.5 * sumImaginary
                let turnedReal = sine * (i1 - i2), turnedImaginary = sine * (r2 - r1)
                let aReal = middleReal + turnedReal, aImaginary = middleImaginary + turnedImaginary
                let bReal = middleReal - turnedReal, bImaginary = middleImaginary - turnedImaginary
                store(r0 + sumReal, outReal + target)
                store(i0 + sumImaginary, outImaginary + target)
                store(aReal * w1r - aImaginary * w1i, outReal + target + stride)
                store(aReal * w1i + aImaginary * w1r, outImaginary + target + stride)
                store(bReal * w2r - bImaginary * w2i, outReal + target + 2 * stride)
                store(bReal * w2i + bImaginary * w2r, outImaginary + target + 2 * stride)
                q += 4
            }
        }
    }

    /// Radix 2, likewise.
    private func passOfTwo(
        _ size: Int, _ stride: Int,
        _ inReal: UnsafeMutablePointer<Float>, _ inImaginary: UnsafeMutablePointer<Float>,
        _ outReal: UnsafeMutablePointer<Float>, _ outImaginary: UnsafeMutablePointer<Float>
    ) {
        let apart = stride * (size / 2)
        for p in 0..<size / 2 {
            let wr = passReal.floats[p * stride], wi = passImaginary.floats[p * stride]
            var q = 0
            while q < stride {
                let source = q + stride * p
                let target = q + stride * 2 * p
                let r0 = load(inReal + source), i0 = load(inImaginary + source)
                let r1 = load(inReal + source + apart), i1 = load(inImaginary + source + apart)
                let lessReal = r0 - r1, lessImaginary = i0 - i1
                store(r0 + r1, outReal + target)
                store(i0 + i1, outImaginary + target)
                store(lessReal * wr - lessImaginary * wi, outReal + target + stride)
                store(lessReal * wi + lessImaginary * wr, outImaginary + target + stride)
                q += 4
            }
        }
    }

    @inline(__always)
    private func load(_ pointer: UnsafeMutablePointer<Float>) -> SIMD4<Float> {
        UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Float>.self)
    }

    @inline(__always)
    private func store(_ value: SIMD4<Float>, _ pointer: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: SIMD4<Float>.self)
    }
}
