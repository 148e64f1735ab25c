'use strict';
// What makes a class look like the interface of a WebIDL file: shapes of members, event handler attributes, exceptions.
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** Given to the constructors of interfaces that pages cannot construct. */
  const constructionKey = Symbol('construction');

  /** Errors that are JavaScript's own, not `DOMException`s. */
  const plainErrors = new Set(['TypeError', 'RangeError']);

  class WebIDL {
    #window;

    /** @param {Window & typeof globalThis} window */
    constructor(window) {
      this.#window = window;
    }

    get constructionKey() {
      return constructionKey;
    }

    /**
     * Gives a class the outside of a WebIDL interface: enumerable members, a `toStringTag`.
     *
     * @param {Function} Class
     */
    finish(Class) {
      const { prototype } = Class;
      for (const name of Object.getOwnPropertyNames(prototype)) {
        if (name !== 'constructor') Object.defineProperty(prototype, name, { enumerable: true });
      }
      for (const name of Object.getOwnPropertyNames(Class)) {
        if (typeof Class[name] === 'function') Object.defineProperty(Class, name, { enumerable: true });
      }
      Object.defineProperty(prototype, Symbol.toStringTag, { value: Class.name, configurable: true });
    }

    /**
     * Defines event handler attributes (HTML §8.1.8.1): the handler keeps the place in the order of listeners that it had when it
     * was first set.
     *
     * @param {Function} Class
     * @param {string[]} types
     */
    eventHandlers(Class, types) {
      const { addEventListener, removeEventListener } = this.#window.EventTarget.prototype;
      const requireGenuine = this.#brandCheck(Class);
      for (const type of types) {
        const name = `on${type}`;
        /** @type {WeakMap<EventTarget, {callback: any, listener: (event: Event) => void}>} */
        const handlers = new WeakMap();
        const accessor = Object.getOwnPropertyDescriptor(
          {
            get [name]() {
              requireGenuine(this);
              return handlers.get(this)?.callback ?? null;
            },
            set [name](value) {
              requireGenuine(this);
              const callback = (typeof value === 'object' && value !== null) || typeof value === 'function' ? value : null;
              const handler = handlers.get(this);
              if (callback === null) {
                if (handler) Reflect.apply(removeEventListener, this, [type, handler.listener]);
                handlers.delete(this);
              } else if (handler) {
                handler.callback = callback;
              } else {
                const made = {
                  callback,
                  listener: (event) => {
                    if (typeof made.callback !== 'function') return;
                    if (Reflect.apply(made.callback, this, [event]) === false) event.preventDefault();
                  },
                };
                Reflect.apply(addEventListener, this, [type, made.listener]);
                handlers.set(this, made);
              }
            },
          },
          name,
        );
        Object.defineProperty(Class.prototype, name, accessor);
      }
    }

    /** Any of its getters tells a genuine object, because it reads a private member. */
    #brandCheck({ prototype }) {
      const descriptors = Object.values(Object.getOwnPropertyDescriptors(prototype));
      const { get } = descriptors.find((descriptor) => descriptor.get) ?? {};
      const { TypeError } = this.#window;
      return (object) => {
        try {
          if (get) Reflect.apply(get, object, []);
        } catch {
          throw new TypeError('Illegal invocation');
        }
      };
    }

    /**
     * Puts a function of ours in the place of a member of the browser's, with the same name and `length`.
     *
     * @param {object} object  the prototype that has the member
     * @param {string} name
     * @param {(native: any) => {value?: Function, get?: Function, set?: Function}} make  gets the browser's descriptor
     */
    override(object, name, make) {
      const native = Object.getOwnPropertyDescriptor(object, name);
      if (!native) return;
      const ours = make(native);
      for (const part of ['value', 'get', 'set']) {
        if (typeof ours[part] !== 'function' || typeof native[part] !== 'function') continue;
        const { name: itsName, length } = native[part];
        Object.defineProperties(ours[part], { name: { value: itsName }, length: { value: length } });
      }
      Object.defineProperty(object, name, { ...native, ...ours });
    }

    /**
     * An exception of that name: a `DOMException`, or one of JavaScript's own.
     *
     * @param {string} name
     * @param {string} message
     */
    exception(name, message, constraint = '') {
      const { DOMException, OverconstrainedError } = this.#window;
      if (plainErrors.has(name)) return new this.#window[name](message);
      if (name === 'OverconstrainedError' && OverconstrainedError) return new OverconstrainedError(constraint, message);
      return new DOMException(message, name);
    }

    /**
     * What the page sees of an error of the engine.
     *
     * @param {any} error
     * @param {string} [context]  “Failed to execute …”
     */
    engineException(error, context) {
      if (error instanceof this.#window.DOMException || error instanceof this.#window.TypeError) return error;
      const message = String(error?.message ?? error);
      const text = context && !message.startsWith('Failed to execute') ? `${context}: ${message}` : message;
      return this.exception(error?.name ?? 'OperationError', text, error?.constraint);
    }

    /**
     * Dispatches an event made by us, whatever the page has put in the place of `dispatchEvent`.
     *
     * @param {EventTarget} target
     * @param {Event} event
     */
    dispatch(target, event) {
      Reflect.apply(this.#window.EventTarget.prototype.dispatchEvent, target, [event]);
    }

    /**
     * @param {EventTarget} target
     * @param {string} type
     */
    fire(target, type) {
      this.dispatch(target, new this.#window.Event(type));
    }

    /**
     * An integer argument with [EnforceRange] (Web IDL §3.3.7).
     *
     * @param {any} value
     * @param {number} most  what the type can hold
     * @param {string} context
     */
    enforceRange(value, most, context) {
      const number = Math.trunc(Number(value));
      if (Number.isFinite(number) && number >= 0 && number <= most) return number + 0;
      throw new this.#window.TypeError(`${context}: Value is outside the range of the type.`);
    }

    octet(value, context) {
      return this.enforceRange(value, 255, context);
    }

    /**
     * @param {ArrayLike<any>} values  the arguments
     * @param {number} count  how many are required
     * @param {string} context  “Failed to execute …”
     */
    requireArguments(values, count, context) {
      if (values.length >= count) return;
      const noun = count === 1 ? 'argument' : 'arguments';
      throw new this.#window.TypeError(`${context}: ${count} ${noun} required, but only ${values.length} present.`);
    }

    /** Refuses construction by a page. */
    illegalConstructor(key, name) {
      if (key !== constructionKey) {
        throw new this.#window.TypeError(`Failed to construct '${name}': Illegal constructor`);
      }
    }

    /** @param {any} value */
    requireTrack(value, method, Interface, position = 1) {
      if (value instanceof this.#window.MediaStreamTrack) return;
      throw new this.#window.TypeError(
        `Failed to execute '${method}' on '${Interface}': parameter ${position} is not of type 'MediaStreamTrack'.`,
      );
    }
  }

  facade.WebIDL = WebIDL;
}
