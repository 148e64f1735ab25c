'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** Members by which a page puts nodes into its document, and may so make a frame. */
  const inserting = {
    Node: ['appendChild', 'insertBefore', 'replaceChild'],
    Element: [
      'append', 'prepend', 'before', 'after', 'replaceWith', 'replaceChildren', 'insertAdjacentElement', 'insertAdjacentHTML', 'innerHTML',
      'outerHTML', 'setHTMLUnsafe', 'moveBefore',
    ],
    CharacterData: ['before', 'after', 'replaceWith'],
    DocumentType: ['before', 'after', 'replaceWith'],
    Document: ['append', 'prepend', 'replaceChildren', 'write', 'writeln', 'execCommand'],
    DocumentFragment: ['append', 'prepend', 'replaceChildren'],
    ShadowRoot: ['innerHTML', 'setHTMLUnsafe'],
    Range: ['insertNode', 'surroundContents'],
  };

  /**
   * The first, empty document of a frame. The browser injects nothing into it while the frame's real document is under way, yet the
   * page can take the window's RTCPeerConnection at once, and keep it. So whatever is there before the extension gets the interfaces
   * of the document that made it. When the window gets a document of its own it gets a facade of its own, which replaces them.
   */
  class ChildWindows {
    #realm;
    #window;
    #names;
    /** Windows that were looked at when they came. A frame keeps its window through all its documents. */
    #seen = new WeakSet();

    /** @param {string[]} names  the interfaces that are ours */
    constructor(realm, names) {
      this.#realm = realm;
      this.#window = realm.window;
      this.#names = names;
      if (!this.#window.HTMLIFrameElement) return;
      this.#patch(this.#window);
      // The parser inserts without calling anybody; it lets observers look before it runs the next script.
      new this.#window.MutationObserver(() => this.#look()).observe(this.#window.document, { childList: true, subtree: true });
    }

    /** `frames[i]` cannot be guarded; whatever makes a frame can. Frames may be in frames. */
    #look(parent = this.#window) {
      for (let index = 0; index < parent.length; index += 1) {
        const child = parent[index];
        if (!this.#seen.has(child)) {
          this.#seen.add(child);
          this.#adopt(child);
        }
        this.#look(child);
      }
    }

    #patch(window) {
      this.#patchInsertion(window);
      this.#patchGetters(window);
      this.#patchOpen(window);
    }

    #adopt(child) {
      const { window } = this.#realm;
      try {
        // Another origin's throws here, and has the extension's scripts or none of ours to lend.
        if (!child || !this.#isUntouched(child)) return;
        for (const name of this.#names) {
          if (!Object.hasOwn(child, name)) continue;
          Object.defineProperty(child, name, { value: window[name], writable: true, enumerable: false, configurable: true });
        }
        this.#patch(child);
        const { mediaDevices } = window.navigator;
        if (!mediaDevices || !child.MediaDevices) return;
        for (const name of ['getUserMedia', 'enumerateDevices']) this.#lend(child.MediaDevices.prototype, name, mediaDevices);
        for (const name of ['getUserMedia', 'webkitGetUserMedia']) this.#lend(child.Navigator.prototype, name, window.navigator);
      } catch {
        // Not ours to touch.
      }
    }

    /** A window that got a facade, its own or a lent one, has an RTCPeerConnection that is not the browser's. */
    #isUntouched(child) {
      const { RTCPeerConnection } = child;
      if (!RTCPeerConnection) return false;
      return Reflect.apply(Function.prototype.toString, RTCPeerConnection, []).endsWith('{ [native code] }');
    }

    #lend(prototype, name, owner) {
      this.#realm.webidl.override(prototype, name, () => ({
        value: {
          method(...values) {
            return owner[name](...values);
          },
        }.method,
      }));
    }

    #patchInsertion(window) {
      const { webidl } = this.#realm;
      const look = () => this.#look();
      const wrapped = (native) =>
        ({
          method() {
            const result = Reflect.apply(native, this, arguments);
            look();
            return result;
          },
        }).method;
      for (const [Interface, names] of Object.entries(inserting)) {
        const prototype = window[Interface]?.prototype;
        if (!prototype) continue;
        for (const name of names) {
          webidl.override(prototype, name, (native) => {
            if (typeof native.value === 'function') return { value: wrapped(native.value) };
            return native.set ? { get: native.get, set: wrapped(native.set) } : {};
          });
        }
      }
    }

    #patchGetters(window) {
      const { webidl } = this.#realm;
      const adopt = (child) => this.#adopt(child);
      for (const name of ['HTMLIFrameElement', 'HTMLFrameElement', 'HTMLObjectElement', 'HTMLEmbedElement']) {
        const prototype = window[name]?.prototype;
        if (!prototype) continue;
        webidl.override(prototype, 'contentWindow', (native) => ({
          get() {
            const child = Reflect.apply(native.get, this, []);
            adopt(child);
            return child;
          },
        }));
        webidl.override(prototype, 'contentDocument', (native) => ({
          get() {
            const document = Reflect.apply(native.get, this, []);
            adopt(document?.defaultView);
            return document;
          },
        }));
      }
    }

    #patchOpen(window) {
      const adopt = (child) => this.#adopt(child);
      this.#realm.webidl.override(window, 'open', (native) => ({
        value: {
          method() {
            const child = Reflect.apply(native.value, this ?? undefined, arguments);
            adopt(child);
            return child;
          },
        }.method,
      }));
    }
  }

  facade.ChildWindows = ChildWindows;
}
