//! A program on the MCP Rust SDK, made like the example client of the SDK: what is
//! requested, checked, repeated or forgotten on the wire is the SDK's doing. It
//! speaks JSON-RPC on its standard streams, one message on each line: connect, and
//! call with the name of a tool and its arguments.
//!
//! Arguments: a number that is not looked at, the URL of the MCP server, the port of
//! the callback (0: any that is free), and a client that was registered by hand, as
//! JSON ("": none). BROWSER names the program that shows a URL to the user.

use std::{error::Error, process::Stdio};

use rmcp::{
    RoleClient, ServiceExt,
    model::{CallToolRequestParams, InitializeRequestParams},
    service::{ClientInitializeError, RunningService, ServiceError},
    transport::{
        StreamableHttpClientTransport,
        auth::{
            AuthClient, AuthorizationCallback, AuthorizationManager, AuthorizationRequest,
            OAuthState,
        },
        streamable_http_client::{
            AuthRequiredError, InsufficientScopeError, StreamableHttpClientTransportConfig,
        },
    },
};
use serde_json::{Map, Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

type Failure = Box<dyn Error + Send + Sync>;
type Session = RunningService<RoleClient, InitializeRequestParams>;

/// What an MCP server asks for when it refuses a request.
enum Challenge {
    Login(String),
    Scope(String),
}

struct Program {
    server: String,
    registered: Value,
    listener: TcpListener,
    redirect: String,
    /// The SDK's client with the tokens; None before the first login.
    auth: Option<AuthClient<reqwest::Client>>,
    session: Option<Session>,
}

impl Program {
    /// Shows a URL to the user, and returns the URL of the callback.
    async fn browse(&self, url: &str) -> Result<String, Failure> {
        tokio::process::Command::new(std::env::var("BROWSER")?)
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        loop {
            let (stream, _) = self.listener.accept().await?;
            let Some(target) = answer(stream).await else {
                continue; // somebody only looked whether the port is taken
            };
            let callback = url::Url::parse(&self.redirect)?.join(&target)?;
            let mut query = callback.query_pairs();
            if let Some((_, error)) = query.find(|(name, _)| name == "error") {
                return Err(format!("authorization failed: {error}").into());
            }
            return Ok(callback.into());
        }
    }

    /// Logs in from the beginning.
    async fn login(&mut self, challenge: String) -> Result<(), Failure> {
        let mut request = AuthorizationRequest::new(&self.redirect)
            .with_client_name("MCP Rust SDK client")
            .with_challenge(challenge);
        if let Some(id) = self.registered["client_id"].as_str() {
            request = request.with_preregistered_client(id);
        }
        if let Some(secret) = self.registered["client_secret"].as_str() {
            request = request.with_client_secret(secret);
        }
        let mut state = OAuthState::new(&self.server, None).await?;
        state.start_authorization(request).await?;
        let callback = self.browse(&state.get_authorization_url().await?).await?;
        state.handle_callback_url(&callback).await?;
        let manager = state
            .into_authorization_manager()
            .ok_or("the SDK did not authorize")?;
        self.auth = Some(AuthClient::new(reqwest::Client::default(), manager));
        Ok(())
    }

    /// Asks for more scope, for the tokens that there are.
    async fn step_up(&self, scope: &str) -> Result<(), Failure> {
        let auth = self
            .auth
            .as_ref()
            .ok_or("more scope is needed without a token")?;
        let manager = auth.auth_manager.lock().await;
        let callback = self
            .browse(&manager.request_scope_upgrade(scope).await?)
            .await?;
        let got = AuthorizationCallback::from_redirect_url(&callback)?;
        manager
            .exchange_code_for_token_with_issuer(&got.code, &got.csrf_token, got.issuer.as_deref())
            .await?;
        Ok(())
    }

    async fn meet(&mut self, challenge: Challenge) -> Result<(), Failure> {
        match challenge {
            Challenge::Login(header) => {
                self.session = None; // its tokens are those of the old login
                self.login(header).await
            }
            Challenge::Scope(scope) => self.step_up(&scope).await,
        }
    }

    async fn open(&mut self) -> Result<(), Failure> {
        let config = StreamableHttpClientTransportConfig::with_uri(self.server.as_str());
        let client = match &self.auth {
            Some(auth) => auth.clone(),
            None => AuthClient::new(
                reqwest::Client::default(),
                AuthorizationManager::new(&self.server).await?,
            ),
        };
        let transport = StreamableHttpClientTransport::with_client(client, config);
        let session = InitializeRequestParams::default().serve(transport).await?;
        session.list_all_tools().await?;
        self.session = Some(session);
        Ok(())
    }

    async fn connect(&mut self) -> Result<Value, Failure> {
        let Err(error) = self.open().await else {
            return Ok(json!({}));
        };
        self.meet(challenged(error)?).await?;
        self.open().await?;
        Ok(json!({}))
    }

    async fn attempt(&mut self, asked: &Value) -> Result<Value, Failure> {
        if self.session.is_none() {
            self.connect().await?;
        }
        let name = asked["tool"].as_str().unwrap_or_default().to_owned();
        let arguments = asked["arguments"]
            .as_object()
            .cloned()
            .unwrap_or_else(Map::new);
        let session = self.session.as_ref().ok_or("not connected")?;
        let params = CallToolRequestParams::new(name).with_arguments(arguments);
        let result = session.call_tool(params).await?;
        Ok(serde_json::to_value(result)?)
    }

    async fn call(&mut self, asked: &Value) -> Result<Value, Failure> {
        match self.attempt(asked).await {
            Ok(result) => Ok(result),
            Err(error) => {
                self.meet(challenged(error)?).await?;
                self.attempt(asked).await
            }
        }
    }
}

/// The challenge that an error of the SDK carries, else the error.
fn challenged(error: Failure) -> Result<Challenge, Failure> {
    // What a transport has failed with is no source of the error that tells of it.
    let mut cause: Option<&(dyn Error + 'static)> = Some(error.as_ref());
    if let Some(ServiceError::TransportSend(sent)) = error.downcast_ref() {
        cause = Some(sent.error.as_ref());
    } else if let Some(ClientInitializeError::TransportError { error, .. }) = error.downcast_ref() {
        cause = Some(error.error.as_ref());
    }
    while let Some(current) = cause {
        if let Some(login) = current.downcast_ref::<AuthRequiredError>() {
            return Ok(Challenge::Login(login.www_authenticate_header.clone()));
        }
        if let Some(more) = current.downcast_ref::<InsufficientScopeError>() {
            return Ok(Challenge::Scope(
                more.required_scope.clone().unwrap_or_default(),
            ));
        }
        cause = current.source();
    }
    Err(error)
}

/// Answers the browser, and returns what it asked for: None for anything but the
/// callback.
async fn answer(mut stream: TcpStream) -> Option<String> {
    let mut reader = BufReader::new(&mut stream);
    let mut first = String::new();
    reader.read_line(&mut first).await.ok()?;
    loop {
        let mut line = String::new();
        match reader.read_line(&mut line).await {
            Ok(n) if n > 2 => continue,
            Ok(2) => break,
            _ => return None,
        }
    }
    let target = first.split(' ').nth(1)?.to_owned();
    let found = target.starts_with("/callback?");
    let (status, page) = if found {
        ("200 OK", "You can close this window.")
    } else {
        ("404 Not Found", "")
    };
    let response = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
    stream.write_all(response.as_bytes()).await.ok()?;
    found.then_some(target)
}

/// An error with all its causes, since the outermost often says little.
fn words(error: &(dyn Error + 'static)) -> String {
    let mut all = error.to_string();
    let mut cause = error.source();
    while let Some(current) = cause {
        let more = current.to_string();
        if !all.contains(&more) {
            all = format!("{all}: {more}");
        }
        cause = current.source();
    }
    all
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(2);
    let mut argument = || args.next().ok_or("an argument is missing");
    let (server, port, registered) = (argument()?, argument()?.parse::<u16>()?, argument()?);
    // A program whose port is taken uses another one (RFC 8252, section 7.3).
    let listener = match TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => listener,
        Err(_) => TcpListener::bind(("127.0.0.1", 0)).await?,
    };
    let redirect = format!(
        "http://localhost:{}/callback",
        listener.local_addr()?.port()
    );
    let registered = if registered.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&registered)?
    };
    let mut program = Program {
        server,
        registered,
        listener,
        redirect,
        auth: None,
        session: None,
    };

    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let request: Value = serde_json::from_str(&line)?;
        let done = match request["method"].as_str() {
            Some("connect") => program.connect().await,
            _ => program.call(&request["params"]).await,
        };
        let mut reply = json!({"jsonrpc": "2.0", "id": request["id"]});
        match done {
            Ok(result) => reply["result"] = result,
            Err(error) => {
                reply["error"] = json!({"code": -32000, "message": words(error.as_ref())})
            }
        }
        println!("{reply}");
    }
    Ok(())
}
