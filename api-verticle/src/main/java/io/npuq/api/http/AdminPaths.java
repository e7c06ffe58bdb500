package io.npuq.api.http;

import java.util.Set;

/** The paths that change the server for everyone, by their routes: where there are keys, only one with {@code admin} may use them. */
final class AdminPaths {
    private static final Set<String> ROUTES = Set.of(
            "/v1/queue/pause",
            "/v1/queue/drain",
            "/v1/queue/resume",
            "/v1/queue/backup",
            "/v1/models/reload",
            "/api/pull",
            "/api/copy",
            "/api/delete");

    private static final Problem REFUSED = Problem.of(
            403, "admin_only", "this path is for keys with admin; ask the operator of this server", "authorization");

    private AdminPaths() {}

    /** Refuses a key that may not use this route. */
    static void check(String route, Exchange exchange) {
        if (ROUTES.contains(route) && !exchange.mayAdminister()) {
            throw new ProblemException(REFUSED);
        }
    }
}
