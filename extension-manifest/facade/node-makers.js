'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /**
   * Tells of every audio node of an interface that a page makes, by a context's method or by the interface's constructor.
   *
   * @param {string} interfaceName
   * @param {string} factoryName  of the method
   * @param {(node: any) => void} made
   */
  function whenNodeMade({ window, webidl }, interfaceName, factoryName, made) {
    for (const { prototype } of [window.BaseAudioContext, window.AudioContext].filter(Boolean)) {
      webidl.override(prototype, factoryName, (native) => ({
        value: {
          method() {
            const node = Reflect.apply(native.value, this, arguments);
            made(node);
            return node;
          },
        }.method,
      }));
    }
    const Native = window[interfaceName];
    if (!Native) return;
    const Ours = new Proxy(Native, {
      construct(target, values, newTarget) {
        const node = Reflect.construct(target, values, newTarget === Ours ? target : newTarget);
        made(node);
        return node;
      },
    });
    Object.defineProperty(Native.prototype, 'constructor', { value: Ours, writable: true, enumerable: false, configurable: true });
    Object.defineProperty(window, interfaceName, { value: Ours, writable: true, enumerable: false, configurable: true });
  }

  facade.whenNodeMade = whenNodeMade;
}
