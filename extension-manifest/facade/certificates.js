'use strict';
// RTCCertificate (webrtc-pc §4.9): the page holds the browser's own objects, which can be cloned and kept; what stands behind one in a
// call is a certificate of the engine's, whose private key never leaves the device.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  class Certificates {
    #realm;
    #nativeFingerprints;
    /** By the fingerprint of the browser's own, which its clones share. @type {Map<string, {handle: number, epoch: number, fingerprint: object}>} */
    #made = new Map();

    constructor(realm) {
      this.#realm = realm;
      const { window, webidl } = realm;
      const { getFingerprints } = window.RTCCertificate?.prototype ?? {};
      if (!getFingerprints) return;
      this.#nativeFingerprints = getFingerprints;
      const madeFor = (certificate) => this.#madeFor(certificate);
      webidl.override(window.RTCCertificate.prototype, 'getFingerprints', (native) => ({
        value: {
          method() {
            const fingerprints = Reflect.apply(native.value, this, []);
            const made = madeFor(this);
            return made ? [{ ...made.fingerprint }] : fingerprints;
          },
        }.method,
      }));
    }

    #key(certificate) {
      return Reflect.apply(this.#nativeFingerprints, certificate, [])[0].value;
    }

    #madeFor(certificate) {
      const made = this.#made.get(this.#key(certificate));
      return made?.epoch === this.#realm.link.epoch ? made : undefined;
    }

    /** webrtc-pc §4.9.1 generateCertificate. The browser judges the algorithm and makes the object. */
    async generate(algorithm) {
      const { native, link, webidl } = this.#realm;
      const certificate = await native.RTCPeerConnection.generateCertificate(algorithm);
      const handle = link.mintHandle();
      const { epoch } = link;
      const name = String(typeof algorithm === 'string' ? algorithm : algorithm.name).toUpperCase();
      const isRSA = name.startsWith('RSA');
      try {
        const { fingerprint } = await link.request('generateCertificate', {
          certificate: handle,
          algorithm: isRSA ? 'RSA' : 'ECDSA',
          modulusLength: isRSA ? Number(algorithm.modulusLength) : undefined,
        });
        this.#made.set(this.#key(certificate), { handle, epoch, fingerprint });
      } catch (error) {
        throw webidl.engineException(error, "Failed to execute 'generateCertificate' on 'RTCPeerConnection'");
      }
      return certificate;
    }

    /**
     * The engine's name for the certificate that a connection is to show. One that another document made, or an engine that is lost, is
     * not known: the connection then shows the engine's usual one.
     *
     * @param {RTCCertificate[]} certificates  of a configuration
     * @returns {number | undefined}
     */
    handleFor(certificates) {
      return certificates.map((certificate) => this.#madeFor(certificate)?.handle).find((handle) => handle !== undefined);
    }
  }

  facade.Certificates = Certificates;
}
