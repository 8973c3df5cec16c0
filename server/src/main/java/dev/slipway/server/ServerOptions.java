package dev.slipway.server;

import dev.slipway.server.config.ByteSize;
import dev.slipway.server.config.Setting;
import dev.slipway.server.connections.ConnectionOptions;
import dev.slipway.server.directory.DirectoryOptions;
import dev.slipway.server.inference.LoadOptions;
import dev.slipway.server.security.SecurityOptions;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * How models are served: every section of {@code slipway.yaml}.
 *
 * @param serve where a server listens and what it takes on
 * @param connections how many clients may be connected, and how long they may take
 * @param load how much a server takes on, and what goes together
 * @param models how a directory of models is followed
 * @param security whom a server answers, and how it is known
 * @param scoring the protocols that name no model
 * @param observe what the server tells of its work
 * @param requestLog where the line of every request is written; not closed
 */
public record ServerOptions(
        @Setting("Where the server listens and what it takes on.")
        ServeOptions serve,

        @Setting("How many clients may be connected, and how long they may take.")
        ConnectionOptions connections,

        @Setting("How much the server takes on, and which requests go through the engine together.")
        LoadOptions load,

        @Setting("How a directory of models is followed.") DirectoryOptions models,

        @Setting(value = "Whom the server answers.", inline = true)
        SecurityOptions security,

        @Setting("Protocols that name no model: MLflow's, SageMaker's, Vertex AI's.")
        ScoringOptions scoring,

        @Setting(value = "What the server tells of its work.", inline = true)
        ObserveOptions observe,

        OutputStream requestLog) {
    /**
     * Port 8000 of this machine only.
     *
     * @return the options used where none are given; requests are not logged
     */
    public static ServerOptions defaults() {
        return new ServerOptions(
                ServeOptions.defaults(),
                ConnectionOptions.defaults(),
                LoadOptions.defaults(),
                DirectoryOptions.defaults(),
                SecurityOptions.defaults(),
                ScoringOptions.defaults(),
                ObserveOptions.defaults(),
                OutputStream.nullOutputStream());
    }

    /**
     * The address to listen on.
     *
     * @return an address or a name
     */
    public String host() {
        return serve.host();
    }

    /**
     * The port to listen on.
     *
     * @return the port; 0 for any free one
     */
    public int port() {
        return serve.port();
    }

    /**
     * How many threads answer.
     *
     * @return at least 1
     */
    public int eventLoops() {
        return serve.eventLoops();
    }

    /**
     * The longest request body.
     *
     * @return a number of bytes, at least 1
     */
    public long maxBodyBytes() {
        return serve.maxBody().bytes();
    }

    /**
     * How long requests that have begun may take when the server stops.
     *
     * @return not negative
     */
    public Duration drain() {
        return serve.drain();
    }

    /**
     * These options with another first section.
     *
     * @param changed where a server listens and what it takes on
     * @return the changed options
     */
    public ServerOptions withServe(ServeOptions changed) {
        return new ServerOptions(changed, connections, load, models, security, scoring, observe, requestLog);
    }

    /**
     * These options with other limits of connections.
     *
     * @param changed how many clients may be connected, and how long they may take
     * @return the changed options
     */
    public ServerOptions withConnections(ConnectionOptions changed) {
        return new ServerOptions(serve, changed, load, models, security, scoring, observe, requestLog);
    }

    /**
     * These options with another load.
     *
     * @param changed how much a server takes on, and what goes together
     * @return the changed options
     */
    public ServerOptions withLoad(LoadOptions changed) {
        return new ServerOptions(serve, connections, changed, models, security, scoring, observe, requestLog);
    }

    /**
     * These options with another security.
     *
     * @param changed whom a server answers, and how it is known
     * @return the changed options
     */
    public ServerOptions withSecurity(SecurityOptions changed) {
        return new ServerOptions(serve, connections, load, models, changed, scoring, observe, requestLog);
    }

    /**
     * These options with another answer to protocols that name no model.
     *
     * @param changed which model, and under which other paths
     * @return the changed options
     */
    public ServerOptions withScoring(ScoringOptions changed) {
        return new ServerOptions(serve, connections, load, models, security, changed, observe, requestLog);
    }

    /**
     * These options with other logs.
     *
     * @param changed what the server tells of its work
     * @return the changed options
     */
    public ServerOptions withObserve(ObserveOptions changed) {
        return new ServerOptions(serve, connections, load, models, security, scoring, changed, requestLog);
    }

    /**
     * These options with another place to listen.
     *
     * @param host the address
     * @param port the port; 0 for any free one
     * @return the changed options
     */
    public ServerOptions withAddress(String host, int port) {
        return withServe(new ServeOptions(
                host, port, serve.adminPort(), eventLoops(), serve.maxBody(), drain(), serve.memoryBudget()));
    }

    /**
     * These options with a port of its own for what changes what is served.
     *
     * @param port the port; 0 for any free one
     * @return the changed options
     */
    public ServerOptions withAdminPort(int port) {
        return withServe(new ServeOptions(
                host(), port(), Optional.of(port), eventLoops(), serve.maxBody(), drain(), serve.memoryBudget()));
    }

    /**
     * These options with another number of event loops.
     *
     * @param eventLoops how many threads answer; at least 1
     * @return the changed options
     */
    public ServerOptions withEventLoops(int eventLoops) {
        return withServe(new ServeOptions(
                host(), port(), serve.adminPort(), eventLoops, serve.maxBody(), drain(), serve.memoryBudget()));
    }

    /**
     * These options with another limit of bodies.
     *
     * @param maxBodyBytes the longest request body; at least 1
     * @return the changed options
     */
    public ServerOptions withMaxBodyBytes(long maxBodyBytes) {
        return withServe(new ServeOptions(
                host(),
                port(),
                serve.adminPort(),
                eventLoops(),
                new ByteSize(maxBodyBytes),
                drain(),
                serve.memoryBudget()));
    }

    /**
     * These options with another log.
     *
     * @param changed where the line of every request is written; not closed
     * @return the changed options
     */
    public ServerOptions withRequestLog(OutputStream changed) {
        return new ServerOptions(serve, connections, load, models, security, scoring, observe, changed);
    }
}
