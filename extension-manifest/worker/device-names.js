// Each origin sees the agent's devices under ids of its own (mediacapture-main §9.2 “deviceId”), so that sites cannot compare.

/** @typedef {import('./host-link.js').Device} Device */

/** A secret of this installation: without it the ids say nothing. */
export async function deviceSecret(storage) {
  const { deviceSecret: kept } = await storage.local.get('deviceSecret');
  if (kept) return kept;
  const made = Array.from(crypto.getRandomValues(new Uint8Array(32)), hexadecimal).join('');
  await storage.local.set({ deviceSecret: made });
  return made;
}

const hexadecimal = (byte) => byte.toString(16).padStart(2, '0');

/** The devices as one origin sees them. */
export class DeviceNames {
  /** @type {(Device & {name: string, group: string})[]} */
  #devices = [];

  /**
   * @param {string} secret
   * @param {string} origin
   * @param {Device[]} devices
   */
  static async make(secret, origin, devices) {
    const encoder = new TextEncoder();
    const key = await crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const name = async (...words) => {
      const digest = await crypto.subtle.sign('HMAC', key, encoder.encode(JSON.stringify([origin, ...words])));
      return Array.from(new Uint8Array(digest), hexadecimal).join('');
    };
    const names = new DeviceNames();
    names.#devices = await Promise.all(
      devices.map(async (device) => ({
        ...device,
        name: await name(device.kind, device.deviceId),
        group: await name('group', device.groupId),
      })),
    );
    return names;
  }

  /**
   * mediacapture-main §9.2.1 “device enumeration”: without a grant, only that there are devices.
   *
   * @param {boolean} isGranted
   */
  list(isGranted) {
    return ['audioinput', 'audiooutput'].flatMap((kind) => {
      const devices = this.#devices.filter((device) => device.kind === kind);
      if (devices.length === 0) return [];
      if (!isGranted) return [{ deviceId: '', kind, label: '', groupId: '' }];
      const preset = devices.find(({ isDefault }) => isDefault);
      // As Chromium has it: the default device comes first under a name of its own, and again among the others.
      const first = preset ? [{ deviceId: 'default', kind, label: `Default - ${preset.label}`, groupId: preset.group }] : [];
      return [...first, ...devices.map(({ name, label, group }) => ({ deviceId: name, kind, label, groupId: group }))];
    });
  }

  /**
   * What the host calls the device of that id; `null` for the default one, `undefined` for none.
   *
   * @param {'audioinput' | 'audiooutput'} kind
   * @param {string} name
   */
  hostID(kind, name) {
    if (name === '' || name === 'default') return null;
    return this.#devices.find((device) => device.kind === kind && device.name === name)?.deviceId;
  }

  /** What the page calls a device and its group. */
  names(kind, deviceId) {
    const device = this.#devices.find((candidate) => candidate.kind === kind && candidate.deviceId === deviceId);
    return { deviceId: device?.name ?? '', groupId: device?.group ?? '' };
  }

  /** Whether a device belongs to one of these groups. */
  isInGroup(kind, deviceId, groups) {
    const device = this.#devices.find(
      (candidate) => candidate.kind === kind && (deviceId === null ? candidate.isDefault : candidate.deviceId === deviceId),
    );
    return device !== undefined && groups.includes(device.group);
  }
}
