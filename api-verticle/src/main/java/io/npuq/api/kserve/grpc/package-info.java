/** The KServe v2 protocol over gRPC. */
@NullMarked
package io.npuq.api.kserve.grpc;

import org.jspecify.annotations.NullMarked;
