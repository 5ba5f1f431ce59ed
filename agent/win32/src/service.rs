//! A Windows service: registered, started again when it fails, stopped when Windows says so.
//!
//! Owns what the service manager is told. May not know what the service does. Next: the agent's
//! `service.rs`, which does it.

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
