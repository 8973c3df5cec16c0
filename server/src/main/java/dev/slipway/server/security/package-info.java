/**
 * Who may do what: keys, tokens and certificates of clients, limits of their rates, and the server's own certificate. Speaks no
 * protocol, so that HTTP and gRPC refuse alike. Start reading at {@link dev.slipway.server.security.Gate}.
 */
@NullMarked
package dev.slipway.server.security;

import org.jspecify.annotations.NullMarked;
