#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Installs or upgrades npuq as a Windows service, from the unpacked archive that this file is in. Starts and enables nothing.
.PARAMETER WinSW
WinSW 2, an .exe that its owner downloaded; it runs npuq as a service.
.PARAMETER Destination
Where the program goes. The queue, models, caches and configuration are in ProgramData\npuq.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)]
    [ValidateScript({ Test-Path -LiteralPath $_ -PathType Leaf })]
    [string] $WinSW,
    [string] $Destination = (Join-Path $env:ProgramFiles 'npuq')
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$tree = Split-Path -Parent $PSScriptRoot
$data = Join-Path $env:ProgramData 'npuq'
$told = @(& (Join-Path $tree 'bin\npuq.cmd') --version)
if ($LASTEXITCODE -ne 0) {
    throw 'npuq does not run here: see above'
}

# The newest format among the segments of the journal: the first entry of each says it, in clear.
$reads = [int] ([regex]::Match(($told -join ' '), 'journal format (\d+)').Groups[1].Value)
foreach ($segment in @(Get-ChildItem -Path (Join-Path $data 'data\journal') -Filter '*.log' -ErrorAction SilentlyContinue)) {
    $bytes = [byte[]]::new(512)
    # A running npuq has it open for writing.
    $stream = [IO.File]::Open($segment.FullName, 'Open', 'Read', 'ReadWrite, Delete')
    try {
        $count = $stream.Read($bytes, 0, $bytes.Length)
    } finally {
        $stream.Dispose()
    }
    $found = [regex]::Match([Text.Encoding]::ASCII.GetString($bytes, 0, $count), '"format":(\d+)')
    if ($found.Success -and [int] $found.Groups[1].Value -gt $reads) {
        throw "$($told[0]) is not installed: the journal in $data\data has format $($found.Groups[1].Value), which a newer npuq wrote, and this one reads formats up to $reads. Keep the newer version, or move that directory away. Nothing was changed."
    }
}

if (-not $PSCmdlet.ShouldProcess($Destination, "Install $($told[0])")) {
    return
}
$service = Get-Service -Name npuq -ErrorAction SilentlyContinue
$wasRunning = $service -and $service.Status -eq 'Running'
if ($wasRunning) {
    Write-Output 'npuq: stopping the service; the running job may end first, what is queued stays'
    Stop-Service -Name npuq
}
if (Test-Path -LiteralPath $Destination) {
    Remove-Item -LiteralPath $Destination -Recurse -Force
}
Copy-Item -LiteralPath $tree -Destination $Destination -Recurse
Copy-Item -LiteralPath $WinSW -Destination (Join-Path $Destination 'npuq-service.exe')
# The Java that npuq.cmd just ran on.
$java = if (Test-Path -LiteralPath (Join-Path $tree 'runtime\bin\java.exe')) {
    '%BASE%\runtime\bin\java.exe'
} elseif ($env:JAVA_HOME) {
    Join-Path $env:JAVA_HOME 'bin\java.exe'
} else {
    (Get-Command -Name java.exe -CommandType Application | Select-Object -First 1).Source
}
$description = [IO.File]::ReadAllText((Join-Path $PSScriptRoot 'npuq-service.xml'))
[IO.File]::WriteAllText((Join-Path $Destination 'npuq-service.xml'), $description.Replace('@java@', [Security.SecurityElement]::Escape($java)))

$config = Join-Path $data 'npuq.properties'
if (-not (Test-Path -LiteralPath $config)) {
    $null = New-Item -ItemType Directory -Path $data -Force
    Set-Content -LiteralPath $config -Encoding ascii -Value @(
        '# The configuration of the npuq service: a setting a line, name = value. "npuq serve --help" lists all settings.'
        '# A backslash is written twice. After a change: Restart-Service npuq'
        '#port = 18820'
        '#device = AUTO'
    )
}
# The queue holds texts: for the service and administrators alone (S-1-5-19 is LocalService, -18 the system, -32-544 administrators).
& icacls.exe $data /inheritance:r /grant '*S-1-5-19:(OI)(CI)M' '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' | Out-Null
if ($LASTEXITCODE -ne 0) {
    throw "cannot set the rights of $data"
}
if (-not $service) {
    & (Join-Path $Destination 'npuq-service.exe') install
    if ($LASTEXITCODE -ne 0) {
        throw 'WinSW could not install the service: see above'
    }
}
if ($wasRunning) {
    Start-Service -Name npuq
} else {
    Write-Output 'npuq: installed; the service was not enabled. To run it now and at every start:'
    Write-Output '    Set-Service npuq -StartupType Automatic; Start-Service npuq'
}
