/** The API over real HTTP. */
package io.npuq.api;
