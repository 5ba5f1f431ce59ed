//! A Windows service: registered, started again when it fails, stopped when Windows says so.
//!
//! Owns what the service manager is told. May not know what the service does. Next: the agent's
//! `service.rs`, which does it.

use crate::sid::{Known, Sid};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;
use windows_service::service::{
    ServiceAccess, ServiceAction, ServiceActionType, ServiceControl, ServiceControlAccept,
    ServiceErrorControl, ServiceExitCode, ServiceFailureActions, ServiceFailureResetPeriod,
    ServiceInfo, ServiceStartType, ServiceState, ServiceStatus, ServiceType,
};
use windows_service::service_control_handler::{self, ServiceControlHandlerResult};
use windows_service::service_manager::{ServiceManager, ServiceManagerAccess};
use windows_service::{Error, define_windows_service, service_dispatcher};

/// The service's name, as `sc query` takes it.
pub const NAME: &str = "BatonAgent";
/// Windows starts it again after so long, in seconds.
const RESTART_S: u64 = 2;
/// After so long without a failure the count begins anew, in seconds: an hour.
const FAILURES_FORGOTTEN_S: u64 = 3_600;
/// How long stopping may take, in seconds: the agent waits 5 for a verdict on its way.
const STOP_S: u64 = 10;
/// What Windows says of a service that is not there. Source: `ERROR_SERVICE_DOES_NOT_EXIST`.
const NO_SUCH_SERVICE: i32 = 1_060;

/// Why the service cannot be managed or run.
#[derive(Debug, thiserror::Error)]
#[error("windows service {NAME} {what}: {why}")]
pub struct ServiceFault {
    what: &'static str,
    why: String,
}

/// How the service was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Installed {
    /// Whole.
    Whole,
    /// Without being started again after a failure, which this Windows does not know.
    WithoutRestart(String),
}

/// The service as Windows knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Its process, where it runs.
    pub process: Option<u32>,
    /// The user that it runs as, where Windows finds that user.
    pub user: Option<Sid>,
}

/// How a service ended by itself or was told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It was told to stop and did.
    Stopped,
    /// It failed; Windows starts it again.
    Failed,
}

/// What a service does until the receiver tells it to stop.
pub type Serve = Box<dyn FnOnce(mpsc::Receiver<()>) -> Ended + Send>;

static SERVE: Mutex<Option<Serve>> = Mutex::new(None);

/// Registers a program as the service, started with Windows and again 2 s after it failed.
///
/// # Errors
/// [`ServiceFault`] where the caller is no administrator, or the service is there already.
pub fn install(program: PathBuf, arguments: Vec<OsString>) -> Result<Installed, ServiceFault> {
    let access = ServiceManagerAccess::CONNECT | ServiceManagerAccess::CREATE_SERVICE;
    let manager = manager(access)?;
    let info = ServiceInfo {
        name: NAME.into(),
        display_name: "Baton POS agent".into(),
        service_type: ServiceType::OWN_PROCESS,
        start_type: ServiceStartType::AutoStart,
        error_control: ServiceErrorControl::Normal,
        executable_path: program,
        launch_arguments: arguments,
        dependencies: Vec::new(),
        // The account with the fewest rights that every Windows has.
        account_name: Some(r"NT AUTHORITY\LocalService".into()),
        account_password: None,
    };
    let access = ServiceAccess::CHANGE_CONFIG | ServiceAccess::START;
    let service = manager.create_service(&info, access).map_err(fault("was not created"))?;
    let delay = Duration::from_secs(RESTART_S);
    let again = ServiceAction { action_type: ServiceActionType::Restart, delay };
    let after = Duration::from_secs(FAILURES_FORGOTTEN_S);
    let actions = ServiceFailureActions {
        reset_period: ServiceFailureResetPeriod::After(after),
        reboot_msg: None,
        command: None,
        actions: Some(vec![again; 3]),
    };
    service.set_description("Enters codes into the POS program for a Baton gateway.").ok();
    let restarted = service
        .update_failure_actions(actions)
        .and_then(|()| service.set_failure_actions_on_non_crash_failures(true));
    Ok(match restarted {
        Ok(()) => Installed::Whole,
        Err(why) => Installed::WithoutRestart(fault("is not started again")(why).to_string()),
    })
}

/// Stops the service if it runs, and takes it away.
///
/// # Errors
/// [`ServiceFault`] where the caller is no administrator, or there is no such service.
pub fn uninstall() -> Result<(), ServiceFault> {
    let manager = manager(ServiceManagerAccess::CONNECT)?;
    let access = ServiceAccess::QUERY_STATUS | ServiceAccess::STOP | ServiceAccess::DELETE;
    let service = manager.open_service(NAME, access).map_err(fault("was not found"))?;
    let status = service.query_status().map_err(fault("was not asked"))?;
    if status.current_state != ServiceState::Stopped {
        service.stop().map_err(fault("was not stopped"))?;
    }
    service.delete().map_err(fault("was not deleted"))
}

/// Asks Windows about the service; nothing where none is registered. Anybody logged in may ask.
///
/// # Errors
/// [`ServiceFault`] where Windows does not tell.
pub fn registered() -> Result<Option<Registered>, ServiceFault> {
    let manager = manager(ServiceManagerAccess::CONNECT)?;
    let access = ServiceAccess::QUERY_STATUS | ServiceAccess::QUERY_CONFIG;
    let service = match manager.open_service(NAME, access) {
        Ok(service) => service,
        Err(Error::Winapi(refused)) if refused.raw_os_error() == Some(NO_SUCH_SERVICE) => {
            return Ok(None);
        }
        Err(other) => return Err(fault("was not found")(other)),
    };
    let process = service.query_status().map_err(fault("was not asked"))?.process_id;
    let account = service.query_config().map_err(fault("was not asked"))?.account_name;
    let user = account.and_then(|account| user_of(account.to_str()?));
    Ok(Some(Registered { process: process.filter(|process| *process != 0), user }))
}

/// Finds the user of an account as the service manager writes it, in every language the same.
fn user_of(account: &str) -> Option<Sid> {
    let known = match account.to_ascii_lowercase().as_str() {
        "localsystem" => Known::System,
        r"nt authority\localservice" => Known::LocalService,
        r"nt authority\networkservice" => Known::NetworkService,
        // A user of this machine is written with a dot for it.
        _ => return Sid::find(account.strip_prefix(r".\").unwrap_or(account)),
    };
    Some(known.sid())
}

/// Serves until Windows stops the service. Only Windows may start a program that calls this.
///
/// # Errors
/// [`ServiceFault`] where a person started the program.
pub fn run(serve: Serve) -> Result<(), ServiceFault> {
    *SERVE.lock().unwrap_or_else(PoisonError::into_inner) = Some(serve);
    let what = "was not started by windows; use sc start";
    service_dispatcher::start(NAME, entered).map_err(fault(what))
}

define_windows_service!(entered, served);

fn served(_: Vec<OsString>) {
    let serve = SERVE.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(serve) = serve else { return };
    let (stop, stopped) = mpsc::channel();
    let handler = move |control| {
        if matches!(control, ServiceControl::Stop | ServiceControl::Shutdown) {
            stop.send(()).ok();
        } else if control != ServiceControl::Interrogate {
            return ServiceControlHandlerResult::NotImplemented;
        }
        ServiceControlHandlerResult::NoError
    };
    let Ok(status) = service_control_handler::register(NAME, handler) else { return };
    status.set_service_status(state(ServiceState::Running, Ended::Stopped)).ok();
    let ended = serve(stopped);
    status.set_service_status(state(ServiceState::Stopped, ended)).ok();
}

fn state(current_state: ServiceState, ended: Ended) -> ServiceStatus {
    let running = current_state == ServiceState::Running;
    let accepted = ServiceControlAccept::STOP | ServiceControlAccept::SHUTDOWN;
    ServiceStatus {
        service_type: ServiceType::OWN_PROCESS,
        current_state,
        controls_accepted: if running { accepted } else { ServiceControlAccept::empty() },
        exit_code: match ended {
            Ended::Stopped => ServiceExitCode::NO_ERROR,
            Ended::Failed => ServiceExitCode::ServiceSpecific(1),
        },
        checkpoint: 0,
        wait_hint: Duration::from_secs(STOP_S),
        process_id: None,
    }
}

fn manager(access: ServiceManagerAccess) -> Result<ServiceManager, ServiceFault> {
    let manager = ServiceManager::local_computer(None::<&str>, access);
    manager.map_err(fault("has no manager here; are you an administrator?"))
}

fn fault(what: &'static str) -> impl Fn(Error) -> ServiceFault {
    move |error| {
        let source = std::error::Error::source(&error).map(ToString::to_string);
        ServiceFault { what, why: source.unwrap_or_else(|| error.to_string()) }
    }
}
