/// Everything that can be measured, in the order of the table. A new file is named here.
let allMeasurements: [Measurement] =
    rawDisk + cAppend + cLifeCycle + cEnqueue + logAppend + logLifeCycle + logSize + logReading
    + logKeeping + engineBackup + timeTravel + followerThroughput + engineThroughput + engineLatency + engineBacklog
    + engineProcesses + engineLimits + recurringFiring + flowThroughput + retentionSoak + dashboardPages
    + dashboardApi + dashboardLive
