#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Removes what install.ps1 installed.
.PARAMETER Purge
Also the queue, models, caches and configuration.
.PARAMETER Destination
Where the program is.
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
param(
    [switch] $Purge,
    [string] $Destination = (Join-Path $env:ProgramFiles 'npuq')
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$data = Join-Path $env:ProgramData 'npuq'
if (-not $PSCmdlet.ShouldProcess($Destination, 'Remove npuq')) {
    return
}
if (Get-Service -Name npuq -ErrorAction SilentlyContinue) {
    # Lets the running job end.
    Stop-Service -Name npuq
    & (Join-Path $Destination 'npuq-service.exe') uninstall
    if ($LASTEXITCODE -ne 0) {
        throw 'WinSW could not remove the service: see above'
    }
}
if (Test-Path -LiteralPath $Destination) {
    Remove-Item -LiteralPath $Destination -Recurse -Force
}
if ($Purge) {
    if (Test-Path -LiteralPath $data) {
        Remove-Item -LiteralPath $data -Recurse -Force
    }
    Write-Output 'npuq: removed, with its queue, models and configuration'
} else {
    Write-Output "npuq: removed; the queue, the models and the configuration stay in $data (-Purge deletes them)"
}
