'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** `navigator.permissions.query({name: 'microphone'})`: the answer is of the agent's microphone, not of the browser's. */
  class PermissionsPatch {
    #realm;
    /** @type {WeakMap<PermissionStatus, true>} */
    #ours = new WeakMap();
    /** Those a page still holds. @type {Set<WeakRef<PermissionStatus>>} */
    #references = new Set();
    #state = 'prompt';

    constructor(realm) {
      this.#realm = realm;
      const { window } = realm;
      if (!window.Permissions || !window.PermissionStatus) return;
      this.#patch();
      realm.link.receive('microphonePermissionChanged', ({ state }) => this.#change(state));
    }

    #change(state) {
      if (this.#state === state) return;
      this.#state = state;
      for (const reference of this.#references) {
        const status = reference.deref();
        if (status) this.#realm.webidl.fire(status, 'change');
        else this.#references.delete(reference);
      }
    }

    async #adopt(status) {
      const { state } = await this.#realm.link.request('microphonePermission', {});
      this.#change(state);
      this.#ours.set(status, true);
      this.#references.add(new WeakRef(status));
      return status;
    }

    #patch() {
      const { window, webidl } = this.#realm;
      const adopt = (status) => this.#adopt(status);
      const isOurs = (status) => this.#ours.has(status);
      const state = () => this.#state;
      webidl.override(window.Permissions.prototype, 'query', (native) => ({
        value: {
          async method(...values) {
            const status = await Reflect.apply(native.value, this, values);
            return values[0]?.name === 'microphone' ? adopt(status) : status;
          },
        }.method,
      }));
      webidl.override(window.PermissionStatus.prototype, 'state', (native) => ({
        get() {
          return isOurs(this) ? state() : Reflect.apply(native.get, this, []);
        },
      }));
    }
  }

  facade.PermissionsPatch = PermissionsPatch;
}
