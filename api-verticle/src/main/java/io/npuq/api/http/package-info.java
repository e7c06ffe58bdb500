/** What every dialect shares: the door (Host, bodies, limits), routes, answers, errors, and strict JSON. */
@NullMarked
package io.npuq.api.http;

import org.jspecify.annotations.NullMarked;
