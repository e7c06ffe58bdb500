/** Real pulls, from a hub that the tests serve. */
package io.npuq.worker.models;
