package io.npuq.api.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/** Ends connections whose clients do not read. */
final class Connections {
    private Connections() {}

    /**
     * Closes the connection now. {@link HttpConnection#close} lets go only once all that was written has left, which it never does
     * when the client reads nothing: so this passes Vert.x by, to the channel below it.
     */
    static void cut(HttpConnection connection) {
        var unused = ((HttpServerConnection) connection).channelHandlerContext().close();
    }
}
