'use strict';
{
  const facade = globalThis[Symbol.for('com.nearend.facade')];

  /** Ways through a graph double with each fork that meets again. No softphone has so many; nobody waits for those of a page that has. */
  const mostSteps = 4096;

  /** Which audio node a page has connected to which: the browser does not tell. */
  class AudioRoutes {
    /** Next nodes, each with its “output input” pairs. @type {WeakMap<object, Map<object, Set<string>>>} */
    #next = new WeakMap();

    connect(from, to, output = 0, input = 0) {
      let next = this.#next.get(from);
      if (!next) this.#next.set(from, (next = new Map()));
      if (!next.has(to)) next.set(to, new Set());
      next.get(to).add(`${output} ${input}`);
    }

    /** As `AudioNode.disconnect()` in its six forms (Web Audio §1.5.3). */
    disconnect(from, target, output, input) {
      const next = this.#next.get(from);
      if (!next) return;
      if (target === undefined) {
        next.clear();
      } else if (typeof target !== 'object') {
        for (const to of [...next.keys()]) this.#remove(next, to, Number(target));
      } else {
        this.#remove(next, target, output, input);
      }
    }

    #remove(next, to, output, input) {
      const pairs = next.get(to);
      if (!pairs) return;
      for (const pair of [...pairs]) {
        const [itsOutput, itsInput] = pair.split(' ').map(Number);
        if (output !== undefined && itsOutput !== Number(output)) continue;
        if (input !== undefined && itsInput !== Number(input)) continue;
        pairs.delete(pair);
      }
      if (pairs.size === 0) next.delete(to);
    }

    /** @returns {[object, string[]][]} the nodes that a node leads to, and “output input” of each connection */
    after(node) {
      return [...(this.#next.get(node) ?? [])].map(([to, pairs]) => [to, [...pairs]]);
    }

    /**
     * How loud a source arrives where it leads.
     *
     * @param {object} source
     * @param {(node: object) => number | null} gainOf  what a node does to sound that goes through it; `null`: it goes no further
     * @returns {Map<object, number>} gains by node; those of several ways are added, as sound is
     */
    gainsFrom(source, gainOf) {
      const gains = new Map();
      const onWay = new Set();
      let steps = 0;
      const go = (node, gain) => {
        if ((steps += 1) > mostSteps) return;
        onWay.add(node);
        for (const [to, pairs] of this.after(node)) {
          // A ring of nodes needs a delay in it, and adds echoes: they count for nothing here.
          if (onWay.has(to)) continue;
          const arriving = gain * pairs.length;
          gains.set(to, (gains.get(to) ?? 0) + arriving);
          const factor = gainOf(to);
          if (factor !== null) go(to, arriving * factor);
        }
        onWay.delete(node);
      };
      go(source, 1);
      return gains;
    }
  }

  facade.AudioRoutes = AudioRoutes;
}
