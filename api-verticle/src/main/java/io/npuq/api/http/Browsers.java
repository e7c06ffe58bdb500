package io.npuq.api.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;

/** What a browser asks for by itself, which can send no key: the page, whose files hold no data; what it shows wants one. */
final class Browsers {
    /** By the path as it was sent: another spelling of it, one that leads elsewhere among them, wants a key. */
    private static final Pattern PAGE = Pattern.compile("/ui(/[a-z-]+\\.[a-z]+)?");

    private Browsers() {}

    /** Whether the request is for the page or a file of it, or for the root by somebody who wants to see a page there. */
    static boolean wantPage(HttpServerRequest request) {
        String path = request.path();
        return path != null && (PAGE.matcher(path).matches() || (path.equals("/") && takeHtml(request)));
    }

    /** Whether it takes HTML and says so, as browsers do and clients of an API do not. */
    static boolean takeHtml(HttpServerRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return accept != null && accept.contains("text/html");
    }
}
