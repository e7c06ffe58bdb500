/** The dialect of model servers: the KServe v2 inference protocol, as tritonclient speaks it. */
@NullMarked
package io.npuq.api.kserve;

import org.jspecify.annotations.NullMarked;
