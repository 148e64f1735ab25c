'use strict';
// The facade's files run one after the other in the page's main world, before any script of the page. They meet in this object,
// which the last of them (install.js) removes again: a page finds nothing of ours among its globals.
globalThis[Symbol.for('com.nearend.facade')] = Object.create(null);
