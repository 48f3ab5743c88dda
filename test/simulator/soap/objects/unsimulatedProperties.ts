/** Properties that the types have in vSphere but that nothing here simulates: legal to ask for, never set. */

const OF_EVERY_ENTITY =
  'alarmActionsEnabled configIssue configStatus customValue declaredAlarmState disabledMethod effectiveRole overallStatus parent permission recentTask tag triggeredAlarmState value availableField';

const NAMES: Readonly<Record<string, string>> = {
  VirtualMachine: `${OF_EVERY_ENTITY} capability guestHeartbeatStatus layout layoutEx parentVApp resourceConfig rootSnapshot storage`,
  HostSystem: `${OF_EVERY_ENTITY} answerFileValidationResult answerFileValidationState complianceCheckResult complianceCheckState datastore datastoreBrowser licensableResource precheckRemediationResult remediationResult remediationState systemResources`,
  Folder: `${OF_EVERY_ENTITY} childType namespace`,
  Datacenter: `${OF_EVERY_ENTITY} configuration datastore`,
  ComputeResource: `${OF_EVERY_ENTITY} configurationEx configManagerEnabled datastore lifecycleManaged summary`,
  ClusterComputeResource: `${OF_EVERY_ENTITY} actionHistory configuration configurationEx datastore drsFault drsRecommendation hciConfig migrationHistory recommendation summary summaryEx`,
  ResourcePool: `${OF_EVERY_ENTITY} childConfiguration config namespace resourcePool runtime summary`,
  Network: `${OF_EVERY_ENTITY} vm`,
  DistributedVirtualPortgroup: `${OF_EVERY_ENTITY} portKeys vm`,
  VmwareDistributedVirtualSwitch: `${OF_EVERY_ENTITY} capability networkResourcePool runtime summary`,
  EnvironmentBrowser: 'datastoreBrowser',
  ServiceInstance: 'capability serverClock',
  SessionManager: 'defaultLocale message messageLocaleList sessionList supportedLocaleList',
  PropertyCollector: 'filter',
  ViewManager: 'viewList',
};

const sets = new Map(Object.entries(NAMES).map(([type, names]) => [type, new Set(names.split(' '))]));

export function isUnsimulated(type: string, property: string): boolean {
  return sets.get(type)?.has(property) ?? false;
}
